// POST /predict: one database call decides and looks up, the model runs here, the log is written after the reply.
import type { Handlers } from "../_shared/api.ts";
import type { Caller } from "../_shared/caller.ts";
import type { AsCaller } from "../_shared/database.ts";
import type { api } from "./api.ts";
import { invalid, modelTooLarge, unsupportedModel, UnusableRows } from "./failures.ts";
import { predict } from "./predict.ts";
import { type PredictionLog, type Served, toLogRows } from "./prediction_log.ts";
import { type RefusalLog, RefusedRequest, refuseRows } from "./refusal_log.ts";
import { checkRowCount, checkSize, largestInput, toRows } from "./rows.ts";
import {
  type Cell,
  databaseRefusal,
  type Entity,
  type PredictRequest,
  type Resolution,
  resolution as resolutionSchema,
} from "./schema.ts";
import type { SessionCache } from "./session_cache.ts";
import { uuidV7 } from "./uuid.ts";

export interface Dependencies {
  asCaller: AsCaller;
  sessions: SessionCache;
  log: PredictionLog;
  refusals: RefusalLog;
  /** Milliseconds since 1970, with fractions. */
  now(): number;
  /** Keeps the instance alive for work after the reply; absent where the platform has no such thing. */
  waitUntil?(work: Promise<void>): void;
}

export function handlersWith(dependencies: Dependencies): Handlers<typeof api> {
  return {
    async predict({ caller, body, arrived }) {
      try {
        const served = await serve(body, caller, dependencies, arrived);
        await afterReply(dependencies.log.write(toLogRows(served)), dependencies);
        return toReply(served);
      } catch (error) {
        if (!(error instanceof RefusedRequest)) throw error;
        await afterReply(dependencies.refusals.write(error, dependencies.now(), caller.userId), dependencies);
        throw error.reply;
      }
    },
  };
}

async function afterReply(work: Promise<void>, { waitUntil }: Dependencies): Promise<void> {
  if (waitUntil) waitUntil(work);
  else await work;
}

async function resolve(request: PredictRequest, caller: Caller, asCaller: AsCaller): Promise<Resolution> {
  if (request.inputs) checkRowCount(request.inputs.length, "inputs");
  for (const values of Object.values(request.entities ?? {})) checkRowCount(values.length, "entities");
  const answer = await asCaller(caller).call("resolve_prediction", {
    model: request.model,
    entities: request.entities,
    version: request.version,
    // Have entities that cannot be served told with the rows that lack something, instead of an error of the first.
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
function exactEntity(entity: Entity, request: PredictRequest, index: number): Entity {
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
  const resolution = await resolve(request, caller, dependencies.asCaller);
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
      id: ids[index]!,
      ...answer,
      ...(resolution.entities ? { entity: resolution.entities[index] } : {}),
    })),
    latency_ms: latencyMs,
  };
}
