/** The people of the main job, each with the client an app would give them, and one way to call an API function. */
import { createClient, type SupabaseClient } from "@supabase/supabase-js";
import type { Stack } from "../stack/stack.ts";

export type Client = SupabaseClient;

/** A refusal by the platform, with the parts that the API's errors have. */
export class Refused extends Error {
  override name = "Refused";
  constructor(message: string, readonly code: string, readonly details: string | null, readonly hint: string | null) {
    super(message);
  }
}

/** Calls an API function of schema ml; throws {@linkcode Refused} when it refuses. */
export async function call<T>(client: Client, name: string, args: Record<string, unknown> = {}): Promise<T> {
  const { data, error } = await client.schema("ml").rpc(name, args);
  if (error) throw new Refused(error.message, error.code, error.details, error.hint);
  return data as T;
}

/** Like {@linkcode call} where the refusal is what is wanted; throws when the call went through. */
export async function refusal(client: Client, name: string, args: Record<string, unknown>): Promise<Refused> {
  try {
    await call(client, name, args);
  } catch (error) {
    if (error instanceof Refused) return error;
    throw error;
  }
  throw new Error(`${name} was expected to be refused and was not`);
}

/** Rows of a table or view of schema ml that match the given columns, by id. */
export async function rows<T>(client: Client, table: string, match: Record<string, unknown>): Promise<T[]> {
  const { data, error } = await client.schema("ml").from(table).select("*").match(match).order("id");
  if (error) throw new Refused(error.message, error.code, error.details, error.hint);
  return data as T[];
}

export function serviceClient(stack: Stack): Client {
  return createClient(stack.url, stack.secretKey, { auth: { persistSession: false, autoRefreshToken: false } });
}

export interface User {
  id: string;
  token: string;
  client: Client;
}

/** Signs a new user up, as an app's sign-up page does; the client then is the user's for REST, functions and Realtime. */
export async function signUp(stack: Stack, email: string): Promise<User> {
  const client = createClient(stack.url, stack.publishableKey, {
    auth: { persistSession: false, autoRefreshToken: false },
  });
  const { data, error } = await client.auth.signUp({ email, password: crypto.randomUUID() });
  if (error || !data.user || !data.session) throw new Error(`sign ${email} up: ${error?.message ?? "no session"}`);
  return { id: data.user.id, token: data.session.access_token, client };
}
