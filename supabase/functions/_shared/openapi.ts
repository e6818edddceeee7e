// The OpenAPI document of a function, from the schemas that its requests are parsed by.
import { z } from "zod";
import type { Api, Auth, Route } from "./api.ts";

export type Json = string | number | boolean | null | Json[] | { [key: string]: Json };
type JsonObject = { [key: string]: Json };

const errorSchema: JsonObject = {
  type: "object",
  required: ["code", "message", "details", "hint"],
  properties: {
    code: { type: "string", description: "an SQLSTATE, or PT and the status" },
    message: { type: "string", description: "what is wrong, with which value" },
    details: { type: "string", description: "a stable code to branch on" },
    hint: { type: "string", description: "the remedy, where there is one" },
  },
};

const schemes: Record<Exclude<Auth, "none">, JsonObject> = {
  user: { type: "http", scheme: "bearer", bearerFormat: "JWT" },
  secret: { type: "apiKey", in: "header", name: "apikey" },
};

function schemaOf(schema: z.ZodType, io: "input" | "output"): JsonObject {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io, unrepresentable: "any" });
  // Its references would be looked up in the document, where nothing answers to them.
  if (JSON.stringify(rest).includes('"$ref"')) throw new Error("a schema that holds itself cannot be in the document");
  return rest as JsonObject;
}

function json(schema: Json): JsonObject {
  return { "application/json": { schema } };
}

function parametersOf(schema: z.ZodType | undefined, place: "path" | "query"): Json[] {
  if (!schema) return [];
  const { properties = {}, required = [] } = schemaOf(schema, "input") as {
    properties?: JsonObject;
    required?: string[];
  };
  return Object.entries(properties).map(([name, schema]) => ({
    name,
    in: place,
    required: place === "path" || required.includes(name),
    schema,
  }));
}

function refusalsOf({ refusals = {} }: Route): JsonObject {
  const error = json({ $ref: "#/components/schemas/Error" });
  return Object.fromEntries(
    Object.entries(refusals).map(([status, codes]) => [status, { description: codes.join(", "), content: error }]),
  );
}

function operation(name: string, route: Route, auth: readonly Auth[]): JsonObject {
  const parameters = [...parametersOf(route.params, "path"), ...parametersOf(route.query, "query")];
  const { body } = route;
  return {
    operationId: name,
    summary: route.summary,
    security: auth.map((each) => each === "none" ? {} : { [each]: [] }),
    ...(parameters.length > 0 ? { parameters } : {}),
    ...(body ? { requestBody: { required: true, content: json(schemaOf(body.schema, "input")) } } : {}),
    responses: {
      200: { description: "the answer", content: json(schemaOf(route.reply, "input")) },
      ...refusalsOf(route),
    },
  };
}

export function openapi(api: Api): JsonObject {
  const paths: { [path: string]: JsonObject } = {};
  for (const [name, route] of Object.entries(api.routes)) {
    const path = `/${api.name}${route.path}`.replace(/:(\w+)/g, "{$1}");
    (paths[path] ??= {})[route.method] = operation(name, route, route.auth ?? api.auth);
  }
  const used = new Set([...api.auth, ...Object.values(api.routes).flatMap(({ auth }) => auth ?? [])]);
  return {
    openapi: "3.1.0",
    info: { title: api.title, description: api.description, version: "1" },
    servers: [{ url: "/functions/v1" }],
    paths,
    components: {
      schemas: { Error: errorSchema },
      securitySchemes: Object.fromEntries(Object.entries(schemes).filter(([name]) => used.has(name as Auth))),
    },
  };
}
