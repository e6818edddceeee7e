import type { ErrorBody } from "./errors.ts";

/** What @supabase/server says of a key or token that it refuses, in the form of every other refusal. */
export async function refusedInOurForm(response: Response, hint: string): Promise<Response> {
  const code = response.headers.get("x-supabase-server-error");
  if (code === null) return response;
  const { message } = await response.json() as { message: string };
  const body: ErrorBody = {
    code: `PT${response.status}`,
    message: message.replace(/^\[@supabase\/server\] /, ""),
    details: code.toLowerCase(),
    hint: response.status === 401 ? hint : "",
  };
  const headers = new Headers(response.headers);
  headers.delete("content-length");
  return new Response(JSON.stringify(body), { status: response.status, headers });
}
