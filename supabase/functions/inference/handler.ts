// POST /predict: one database call decides and looks up, the model runs here, the log is written after the reply.
import { readJson } from "./body.ts";
import { errorResponse } from "../_shared/errors.ts";
import {
  invalid,
  invalidRequest,
  methodNotAllowed,
  modelTooLarge,
  notFound,
  unsupportedModel,
  UnusableRows,
} from "./failures.ts";
import { predict } from "./predict.ts";
import { type PredictionLog, type Served, toLogRows } from "./prediction_log.ts";
import { type RefusalLog, RefusedRequest, refuseRows } from "./refusal_log.ts";
import { checkRowCount, checkSize, largestInput, toRows } from "./rows.ts";
import {
  type Cell,
  databaseRefusal,
  type PredictRequest,
  predictRequest,
  type Resolution,
  resolution as resolutionSchema,
} from "./schema.ts";
import type { SessionCache } from "./session_cache.ts";
import { uuidV7 } from "./uuid.ts";

export interface ResolveArguments {
  model: string;
  entities: Record<string, unknown[]> | null;
  version: number | null;
  /** Have entities that cannot be served told with the rows that lack something, instead of an error of the first. */
  refusals: true;
}

/** Who calls: the database call runs under this caller's own token. */
export interface Caller {
  userId: string | null;
  resolve(args: ResolveArguments): Promise<unknown>;
}

export interface Dependencies {
  sessions: SessionCache;
  log: PredictionLog;
  refusals: RefusalLog;
  /** Milliseconds since 1970, with fractions. */
  now(): number;
  /** Keeps the instance alive for work after the reply; absent where the platform has no such thing. */
  waitUntil?(work: Promise<void>): void;
}

export async function handle(request: Request, caller: Caller, dependencies: Dependencies): Promise<Response> {
  try {
    checkRoute(request);
    const arrived = dependencies.now();
    const served = await serve(await parse(request), caller, dependencies, arrived);
    await afterReply(dependencies.log.write(toLogRows(served)), dependencies);
    return Response.json(toReply(served));
  } catch (error) {
    if (error instanceof RefusedRequest) {
      await afterReply(dependencies.refusals.write(error, dependencies.now(), caller.userId), dependencies);
      return errorResponse(error.reply);
    }
    const response = errorResponse(error);
    if (response.status === 405) response.headers.set("allow", "POST");
    return response;
  }
}

async function afterReply(work: Promise<void>, { waitUntil }: Dependencies): Promise<void> {
  if (waitUntil) waitUntil(work);
  else await work;
}

function checkRoute(request: Request): void {
  const { pathname } = new URL(request.url);
  if (!/(^|\/)inference\/predict\/?$/.test(pathname)) throw notFound(pathname);
  if (request.method !== "POST") throw methodNotAllowed(request.method);
}

async function parse(request: Request): Promise<PredictRequest> {
  const parsed = predictRequest.safeParse(await readJson(request), { reportInput: true });
  if (!parsed.success) throw invalidRequest(parsed.error);
  return parsed.data;
}

async function resolve(request: PredictRequest, caller: Caller): Promise<Resolution> {
  if (request.inputs) checkRowCount(request.inputs.length, "inputs");
  for (const values of Object.values(request.entities ?? {})) checkRowCount(values.length, "entities");
  const answer = await caller.resolve({
    model: request.model,
    entities: request.entities ?? null,
    version: request.version ?? null,
    refusals: true,
  });
  const refused = databaseRefusal.safeParse(answer);
  if (refused.success) {
    const { refusal: { rows, ...reply }, ...target } = refused.data;
    throw new RefusedRequest(reply, target, () => Promise.resolve(rows));
  }
  const parsed = resolutionSchema.safeParse(answer);
  if (!parsed.success) throw unsupportedModel(parsed.error);
  return {
    ...parsed.data,
    entities: parsed.data.entities?.map((entity, index) => exactEntity(entity, request, index)) ?? null,
  };
}

/** A bigint key came back rounded by JSON; it was sent as a string, which still has every digit. */
function exactEntity(entity: Record<string, unknown>, request: PredictRequest, index: number): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(entity).map(([key, value]) =>
      Number.isInteger(value) && !Number.isSafeInteger(value)
        ? [key, request.entities?.[key]?.[index] ?? value]
        : [key, value]
    ),
  );
}

/** Online features that are boolean count as 0 and 1, as they do in a training dataset. */
function onlineRows(resolution: Resolution): unknown[] {
  if (!resolution.rows) throw invalid("no online features came back", "missing_feature", "name at least one entity");
  return resolution.rows.map((row) => row.map((value) => typeof value === "boolean" ? Number(value) : value));
}

function usableRows(inputs: readonly unknown[] | undefined, resolution: Resolution): Cell[][] {
  const { signature } = resolution;
  try {
    return inputs ? toRows(inputs, signature, largestInput) : toRows(onlineRows(resolution), signature);
  } catch (error) {
    throw error instanceof UnusableRows ? refuseRows(error, resolution) : error;
  }
}

async function serve(
  request: PredictRequest,
  caller: Caller,
  dependencies: Dependencies,
  arrived: number,
): Promise<Served> {
  const resolution = await resolve(request, caller);
  const { signature } = resolution;
  const rows = usableRows(request.inputs, resolution);
  checkSize(rows.length, signature);
  const { sessions, now } = dependencies;
  if (resolution.artifact.bytes > sessions.largestBytes) {
    throw modelTooLarge(resolution.artifact.bytes, sessions.largestBytes);
  }
  const answers = await sessions.use(resolution.artifact, (session) => predict(session, signature, rows));
  const servedAt = now();
  return {
    resolution,
    rows,
    answers,
    ids: answers.map(() => uuidV7(servedAt)),
    servedAt,
    latencyMs: Math.round(Math.max(0, servedAt - arrived) * 1000) / 1000,
    requestedBy: caller.userId,
  };
}

function toReply({ resolution, answers, ids, latencyMs }: Served) {
  return {
    model: resolution.model,
    version: resolution.version,
    purpose: resolution.purpose,
    classes: resolution.signature.classes,
    predictions: answers.map((answer, index) => ({
      id: ids[index],
      ...answer,
      ...(resolution.entities ? { entity: resolution.entities[index] } : {}),
    })),
    latency_ms: latencyMs,
  };
}
