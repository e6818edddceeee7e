// What a function declares of itself: its routes and their schemas. Nothing here runs; the app and the OpenAPI document are both made from it.
import type { z } from "zod";
import type { Caller } from "./caller.ts";
import type { ApiError } from "./errors.ts";

/** Who gets in: the holder of a user's or worker's token, of a secret key, or anybody. */
export type Auth = "user" | "secret" | "none";

export interface Body {
  schema: z.ZodType;
  /** How large it may be, in bytes. */
  largest: number;
  /** For the caller who sent nothing. */
  example: string;
}

export interface Route {
  method: "get" | "post" | "put" | "patch" | "delete";
  /** From the function's name on; "" is the function itself, `:name` a parameter. */
  path: string;
  summary: string;
  /** Where it differs from the function's. */
  auth?: readonly Auth[];
  /** Both of an object of texts, which is what a path and a query hold. */
  params?: z.ZodType;
  query?: z.ZodType;
  body?: Body;
  reply: z.ZodType;
  /** Statuses that it may refuse with, each with the `details` that come with it. */
  refusals?: Readonly<Record<number, readonly string[]>>;
  /** Says what is wrong with the parameters, the query or the body; the error is of a parse with reportInput. */
  refuse?(error: z.ZodError): ApiError;
}

export interface Api {
  /** The function's folder. */
  name: string;
  title: string;
  description: string;
  auth: readonly Auth[];
  routes: Readonly<Record<string, Route>>;
}

type Parsed<Schema> = Schema extends z.ZodType ? z.output<Schema> : undefined;

export interface Input<Of extends Route> {
  /** Null on a route for anybody. */
  caller: Of["auth"] extends readonly "none"[] ? null : Caller;
  params: Parsed<Of["params"]>;
  query: Parsed<Of["query"]>;
  body: Of["body"] extends Body ? z.output<Of["body"]["schema"]> : undefined;
  /** When the caller was known, in milliseconds since 1970 with fractions. */
  arrived: number;
}

/** Handlers do not see the request: what they get has been parsed, and what they give becomes the reply. */
export type Handlers<Of extends Api> = {
  [Name in keyof Of["routes"]]: (input: Input<Of["routes"][Name]>) => Promise<z.input<Of["routes"][Name]["reply"]>>;
};

/** Keeps the schemas' own types, which the handlers are held to. */
export function defineApi<const Of extends Api>(api: Of): Of {
  return api;
}
