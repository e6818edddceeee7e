// The one place that turns an error into a reply. Every function answers in PostgREST's form: {code, message, details, hint}.

export interface ErrorBody {
  /** An SQLSTATE, or PTnnn where nnn is the HTTP status. */
  code: string;
  message: string;
  /** A stable snake_case code to branch on. */
  details: string;
  /** The remedy, when there is one. */
  hint: string;
}

/** A refusal that a handler decides on itself. */
export class ApiError extends Error {
  readonly status: number;
  readonly code: string;
  readonly details: string;
  readonly hint: string;

  constructor(status: number, details: string, message: string, hint = "") {
    super(message);
    this.name = "ApiError";
    this.status = status;
    this.code = status === 400 ? "22023" : `PT${status}`;
    this.details = details;
    this.hint = hint;
  }
}

export const invalid = (
  message: string,
  details = "invalid_argument",
  hint = "",
) => new ApiError(400, details, message, hint);

/** A refusal of the database in PostgREST's words; postgres.js says `detail`. */
export interface DatabaseError {
  code: string;
  message: string;
  details?: string | null;
  detail?: string | null;
  hint?: string | null;
}

const statuses: Record<string, number> = {
  "22023": 400,
  "P0002": 404,
  "PT401": 401,
  "PT404": 404,
  "PT409": 409,
  "23505": 409,
  "23503": 409,
  "42501": 403,
  // Nothing wrong with the request: another try may do.
  "40001": 503,
  "40P01": 503,
  "53300": 503,
  "53400": 503,
  "55P03": 503,
  "57014": 504,
};

/** The HTTP status for an SQLSTATE, or undefined when the caller cannot be told anything but that it failed. */
export function statusOf(code: string): number | undefined {
  const own = /^PT([45]\d\d)$/.exec(code);
  if (own) return Number(own[1]);
  return statuses[code] ?? (code.startsWith("22") ? 400 : undefined);
}

export function isDatabaseError(error: unknown): error is DatabaseError {
  return typeof error === "object" && error !== null &&
    typeof (error as DatabaseError).code === "string" &&
    typeof (error as DatabaseError).message === "string";
}

/**
 * What the database refuses goes to the caller as it is; anything else says only that the database failed, and the log has the cause.
 * An error without an SQLSTATE is one of the connection.
 */
export function fromDatabase(error: unknown, called: string): ApiError | DatabaseError {
  const { code, message } = isDatabaseError(error) ? error : { code: "", message: String(error) };
  if (statusOf(code) !== undefined) return error as DatabaseError;
  console.error(JSON.stringify({ event: "database_failed", called, code, message: message.slice(0, 1000) }));
  return code === ""
    ? new ApiError(503, "database_unavailable", "the database does not answer", "try again")
    : new ApiError(502, "database_failed", "the database could not answer", "the function's log has the cause");
}

export function errorResponse(error: unknown): Response {
  if (error instanceof ApiError) {
    return reply(error.status, error);
  }
  if (isDatabaseError(error)) {
    const status = statusOf(error.code);
    if (status !== undefined) return reply(status, error);
  }
  // The cause may name things that are not the caller's business: it goes to the log, not into the reply.
  console.error("unexpected error:", error);
  return reply(500, {
    code: "XX000",
    message: "the request failed for a reason inside the platform",
    details: "internal_error",
    hint: "the function's log has the cause",
  });
}

function reply(status: number, error: DatabaseError): Response {
  const body: ErrorBody = {
    code: error.code,
    message: error.message,
    details: error.details ?? error.detail ?? "",
    hint: error.hint ?? "",
  };
  return Response.json(body, { status });
}
