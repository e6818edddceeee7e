/** An error of the database as PostgREST hands it to the caller. */
export interface DatabaseError {
  code?: unknown;
  message?: unknown;
  detail?: unknown;
  hint?: unknown;
}

/** PostgREST's table from SQLSTATE to HTTP status; the first prefix that fits decides. */
const statusByPrefix: [string, number][] = [
  ["08", 503],
  ["09", 500],
  ["0L", 403],
  ["0P", 403],
  ["23503", 409],
  ["23505", 409],
  ["25006", 405],
  ["25", 500],
  ["28", 403],
  ["2D", 500],
  ["38", 500],
  ["39", 500],
  ["3B", 500],
  ["40", 500],
  ["42883", 404],
  ["42P01", 404],
  ["42P17", 500],
  ["42501", 403],
  ["53400", 500],
  ["53", 503],
  ["54", 500],
  ["55", 500],
  ["57P01", 503],
  ["57P02", 503],
  ["57P03", 503],
  ["57", 500],
  ["58", 500],
  ["F0", 500],
  ["HV", 500],
  ["P0001", 400],
  ["P0", 500],
  ["XX", 500],
];

export function statusOfSqlstate(code: string, anonymous: boolean): number {
  const raised = /^PT(\d{3})$/.exec(code)?.[1];
  if (raised) return Number(raised) >= 200 && Number(raised) <= 599 ? Number(raised) : 500;
  if (code === "42501" && anonymous) return 401;
  return statusByPrefix.find(([prefix]) => code.startsWith(prefix))?.[1] ?? 400;
}

const text = (value: unknown) => typeof value === "string" && value !== "" ? value : null;

export function errorResponse(
  status: number,
  body: { code: string; message: string; details?: unknown; hint?: unknown },
) {
  const { code, message, details = null, hint = null } = body;
  return Response.json({ code, details, hint, message }, { status });
}

/** The reply for an error that reached @supabase/lite from the database driver; undefined where lite's own will do. */
export function databaseErrorResponse(error: DatabaseError, anonymous: boolean): Response | undefined {
  const code = text(error.code);
  const message = text(error.message) ?? "unknown error";
  // Raised on purpose with a whole response in it: lite handles that as PostgREST does.
  if (code === "PGRST") return undefined;
  if (code && /^[0-9A-Z]{5}$/.test(code)) {
    const status = statusOfSqlstate(code, anonymous);
    return errorResponse(status, { code, message, details: text(error.detail), hint: text(error.hint) });
  }
  if (code && /^(CONNECTION_|CONNECT_|ECONN|EPIPE)/.test(code)) {
    return errorResponse(503, { code: "PGRST001", message: "Database client error. Retrying the connection." });
  }
  // The drivers put some arguments into the wire format themselves, and say so where the server would have said 22P02.
  if (/^Invalid input for |Invalid time value|Cannot convert .* to a BigInt|is not a valid/i.test(message)) {
    return errorResponse(400, { code: "22P02", message });
  }
  return undefined;
}
