// What every answer must be like, however bad the question.

export interface Answer {
  status: number;
  body: string;
  milliseconds: number;
}

/** Codes by which an API function refuses; each with a snake_case code in details. */
const ours = ["22023", "PT401", "PT404", "PT409", "23505", "42501", "PT413", "PT429"];

/** Postgres and the gateway refuse these before a function runs: bad JSON, a type that does not fit, an unknown signature. */
const beforeTheCall = /^(22P02|22P03|22P05|22003|22007|22008|22021|22015|22023|42883|22P06|42804|PGRST\d+)$/;

const slowMilliseconds = 20_000;

/** What is wrong with an answer, or null. `fits`: every argument had a value of its type, so only the function itself can have refused. */
export function fault(answer: Answer, fits: boolean): string | null {
  if (answer.status >= 500) return `HTTP ${answer.status}: ${answer.body.slice(0, 300)}`;
  if (answer.milliseconds > slowMilliseconds) return `took ${Math.round(answer.milliseconds)} ms`;
  if (answer.status < 400) return null;
  const error = readError(answer.body);
  if (typeof error === "string") return error;
  const { code, message, details, hint } = error;
  const says = `${code} ${message}`.slice(0, 300);
  if (code.startsWith("XX") || code === "57014") return `an internal error surfaced: ${says}`;
  if (/^permission denied for (?!function)/.test(message)) return `a missing grant surfaced: ${says}`;
  if (code === "42501" && /^permission denied for function/.test(message)) return null;
  if (!fits && beforeTheCall.test(code)) return null;
  if (/^PGRST\d+$/.test(code)) return fits ? `the gateway did not find or understand the call: ${says}` : null;
  if (!ours.includes(code)) return `a database error surfaced instead of a refusal: ${says}`;
  if (!/^[a-z][a-z0-9_]*$/.test(details ?? "")) {
    return `details is no snake_case code (${JSON.stringify(details)}): ${says}`;
  }
  if (hint !== null && typeof hint !== "string") return `the hint is no text: ${says}`;
  return null;
}

/** What is wrong with an edge function's answer, or null. */
export function edgeFault(answer: Answer): string | null {
  if (answer.status >= 500) return `HTTP ${answer.status}: ${answer.body.slice(0, 300)}`;
  if (answer.milliseconds > slowMilliseconds) return `took ${Math.round(answer.milliseconds)} ms`;
  if (answer.status < 400) return null;
  const error = readError(answer.body);
  if (typeof error === "string") return error;
  const internal = /^(XX|42(?!501)|57014)/.test(error.code);
  return internal ? `an internal error surfaced: ${error.code} ${error.message}`.slice(0, 300) : null;
}

interface ErrorBody {
  code: string;
  message: string;
  details?: string | null;
  hint?: string | null;
}

function readError(body: string): ErrorBody | string {
  let parsed: unknown;
  try {
    parsed = JSON.parse(body);
  } catch {
    return `the error is not JSON: ${body.slice(0, 200)}`;
  }
  const error = parsed as Partial<ErrorBody> | null;
  if (typeof error?.code !== "string" || typeof error.message !== "string" || error.message === "") {
    return `the error has no code and message: ${body.slice(0, 200)}`;
  }
  return error as ErrorBody;
}
