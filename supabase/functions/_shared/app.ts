// The one shape of an edge function: a route is found, its caller known, its input parsed; the handler asks the database; its answer is the reply.
import { Hono } from "hono";
import type { z } from "zod";
import type { Api, Auth, Handlers, Input, Route } from "./api.ts";
import { readJson } from "./body.ts";
import type { Caller } from "./caller.ts";
import { ApiError, errorResponse, invalid } from "./errors.ts";
import { openapi } from "./openapi.ts";

/** The caller of a request who may come in, null where anybody may; throws a refusal otherwise. */
export type Authenticate = (request: Request, auth: readonly Auth[]) => Promise<Caller | null>;

export interface App {
  fetch(request: Request): Promise<Response>;
}

type Run = (input: Record<keyof Input<Route>, unknown>) => Promise<unknown>;

/** The path from the function's name on, or undefined when it is another's: the platform leaves the name, some routers what is before it. */
function pathWithin(api: Api, request: Request): string | undefined {
  const { pathname } = new URL(request.url);
  const own = new RegExp(`^(?:/functions/v1)?/${api.name}((?:/.*)?)$`).exec(pathname);
  return own ? own[1]!.replace(/\/$/, "") || "/" : undefined;
}

function notFound(request: Request, api: Api): ApiError {
  const { pathname } = new URL(request.url);
  const routes = Object.values(api.routes).map(({ method, path }) => `${method.toUpperCase()} /${api.name}${path}`);
  return new ApiError(404, "not_found", `nothing is at ${pathname.slice(0, 200)}`, `there are ${routes.join(", ")}`);
}

function methodNotAllowed(request: Request, allowed: readonly string[]): Response {
  const use = allowed.join(" or ");
  const response = errorResponse(
    new ApiError(405, "method_not_allowed", `${request.method} is not served here`, `use ${use}`),
  );
  response.headers.set("allow", allowed.join(", "));
  return response;
}

function refuseInput(error: z.ZodError): ApiError {
  const issue = error.issues[0]!;
  const where = issue.path.join(".").slice(0, 200);
  return invalid(
    (where ? `${where}: ${issue.message}` : issue.message).slice(0, 500),
    issue.code === "unrecognized_keys" ? "unknown_key" : "invalid_request",
    "openapi.json beside this path describes what is taken",
  );
}

function parse(schema: z.ZodType, value: unknown, { refuse = refuseInput }: Route): unknown {
  const parsed = schema.safeParse(value, { reportInput: true });
  if (!parsed.success) throw refuse(parsed.error);
  return parsed.data;
}

async function bodyOf(request: Request, route: Route): Promise<unknown> {
  if (!route.body) return void await request.body?.cancel();
  const { schema, largest, example } = route.body;
  return parse(schema, await readJson(request, largest, example), route);
}

/** A refusal, and anything that goes wrong, in the one form of all; an answer as it is. */
async function replying(answer: () => Promise<Response>): Promise<Response> {
  try {
    return await answer();
  } catch (error) {
    return error instanceof Response ? error : errorResponse(error);
  }
}

export function makeApp<const Of extends Api>(api: Of, handlers: Handlers<Of>, authenticate: Authenticate): App {
  // Found by the path within the function, so that the name need not be part of every route.
  const app = new Hono({ getPath: (request) => pathWithin(api, request) ?? "/" });
  const document = openapi(api);
  app.get("/openapi.json", () => Response.json(document));
  for (const [name, route] of Object.entries<Route>(api.routes)) {
    const run = handlers[name] as unknown as Run;
    app.on(route.method.toUpperCase(), route.path || "/", (context) =>
      replying(async () => {
        const request = context.req.raw;
        const caller = await authenticate(request, route.auth ?? api.auth);
        const arrived = performance.timeOrigin + performance.now();
        const params = route.params && parse(route.params, context.req.param(), route);
        const query = route.query && parse(route.query, context.req.query(), route);
        const body = await bodyOf(request, route);
        return Response.json(await run({ caller, params, query, body, arrived }));
      }));
  }
  const lost = (request: Request) =>
    replying(async () => {
      await request.body?.cancel();
      // Who may not come in is not told either what is here.
      await authenticate(request, api.auth);
      const allowed = methodsAt(app, pathWithin(api, request));
      return allowed.length > 0 ? methodNotAllowed(request, allowed) : errorResponse(notFound(request, api));
    });
  app.notFound((context) => lost(context.req.raw));
  return {
    async fetch(request) {
      return pathWithin(api, request) === undefined ? await lost(request) : await app.fetch(request);
    },
  };
}

/** The methods that the path is served with. */
function methodsAt(app: Hono, path: string | undefined): string[] {
  if (path === undefined) return [];
  const methods = [...new Set(app.routes.map(({ method }) => method))];
  return methods.filter((method) => app.router.match(method, path)[0].length > 0);
}
