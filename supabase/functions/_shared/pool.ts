// Connections of one instance, through the pooler in transaction mode. Whatever runs here runs in one transaction and one network round trip.
import postgres from "postgres";
import { connect } from "node:net";

/** A statement with its parameters, which travel beside its text. */
export interface Statement {
  text: string;
  parameters: string[];
}

// Beyond what postgres.js declares: parameters are sent with the text, so the statement is no simple one.
const extended = { simple: false } as postgres.UnsafeQueryOptions;

export interface PoolOptions {
  /** How many at most: each instance has its own, and a project has many instances. */
  connections: number;
  /** How much longer than the server may take a call is waited for, in milliseconds. */
  graceMs: number;
  /** How long a call waits for a connection. The pooler itself waits a minute for a free one; a caller should hear of it earlier. */
  patienceMs: number;
}

const defaults: PoolOptions = { connections: 4, graceMs: 5_000, patienceMs: 10_000 };

/** A connection that could not be had or was lost: whether the work was done is not known. */
export class ConnectionFailure extends Error {
  override name = "ConnectionFailure";
  /** All of them were in use: nothing is wrong with them. */
  busy = false;
}

interface Address {
  host: string[];
  port: number[];
}

/** postgres.js' own socket holds a second small packet back until the first is acknowledged (Nagle): a round trip. */
function openSocket({ host, port }: Address) {
  const socket = connect(port[0]!, host[0]!);
  socket.setNoDelay(true);
  return Object.assign(socket, { host: host[0]! });
}

export class Pool {
  readonly #url: string;
  readonly #options: PoolOptions;
  #sql: postgres.Sql;

  constructor(url: string, options: Partial<PoolOptions> = {}) {
    this.#url = url;
    this.#options = { ...defaults, ...options };
    this.#sql = this.#open();
  }

  /**
   * Rows of the last statement. `limitMs` is how long the server takes for it at most; a connection that has not answered by then and the
   * grace is given up, and the others with it.
   */
  async transaction(statements: readonly Statement[], limitMs: number): Promise<postgres.Row[]> {
    const sql = this.#sql;
    try {
      return await this.#run(sql, statements, limitMs + this.#options.graceMs);
    } catch (error) {
      if (error instanceof ConnectionFailure && !error.busy) this.#replace(sql);
      throw error;
    }
  }

  async #run(sql: postgres.Sql, statements: readonly Statement[], limitMs: number): Promise<postgres.Row[]> {
    const connection = await reserve(sql, this.#options.patienceMs);
    const outcome = await within(limitMs, pipeline(connection, statements));
    if (!outcome) throw new ConnectionFailure(`the database has not answered for ${limitMs / 1000} s`);
    if (outcome.lost) throw new ConnectionFailure(messageOf(outcome.error), { cause: outcome.error });
    connection.release();
    if (outcome.error) throw outcome.error;
    return outcome.rows;
  }

  /** Statements under way come to their end first. */
  async end(): Promise<void> {
    await this.#sql.end({ timeout: 5 });
  }

  /**
   * A connection that was lost leaves something behind in postgres.js 3.4.9 (the server's last words become the error of whoever has it
   * opened again, who never gives it back), and one that is silent its place: both are left to their end with all beside them.
   */
  #replace(sql: postgres.Sql): void {
    if (this.#sql === sql) this.#sql = this.#open();
    sql.end({ timeout: 10 });
  }

  #open(): postgres.Sql {
    const options = {
      max: this.#options.connections,
      // A pooler in transaction mode gives each transaction another session, which does not have the last one's prepared statements.
      prepare: false,
      // Without it a connection that is opened for a reservation is never handed out (postgres.js 3.4.9).
      fetch_types: true,
      idle_timeout: 20,
      connect_timeout: this.#options.patienceMs / 1000,
      onnotice: () => {},
      connection: { application_name: "aimatrix functions" },
      socket: openSocket,
    };
    return postgres(this.#url, options);
  }
}

/** What the work gives, or undefined when it takes longer. */
async function within<T>(milliseconds: number, work: Promise<T>): Promise<T | undefined> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<undefined>((resolve) => timer = setTimeout(() => resolve(undefined), milliseconds));
  return await Promise.race([work, late]).finally(() => clearTimeout(timer));
}

async function reserve(sql: postgres.Sql, patienceMs: number): Promise<postgres.ReservedSql> {
  const reserving = sql.reserve();
  const connection = await within(patienceMs, reserving).catch((error) => {
    throw new ConnectionFailure(messageOf(error), { cause: error });
  });
  if (connection) return connection;
  // It may still come, and then belongs to the next one who asks.
  reserving.then((late) => late.release(), () => {});
  throw Object.assign(new ConnectionFailure(`no connection was free within ${patienceMs / 1000} s`), { busy: true });
}

interface Outcome {
  rows: postgres.Row[];
  error?: unknown;
  /** The connection is gone; postgres.js makes another one. */
  lost: boolean;
}

/**
 * All messages are written before the first answer is awaited, on a connection that is reserved: if it breaks, all of them fail, and none
 * is sent again on another, outside of the transaction. `sql.begin` awaits the answer to BEGIN first, and the description of each statement
 * that has parameters: 6 round trips for the two of a call.
 */
async function pipeline(connection: postgres.ReservedSql, statements: readonly Statement[]): Promise<Outcome> {
  const sent = [
    connection.unsafe("begin"),
    ...statements.map(({ text, parameters }) =>
      // Set beforehand, parameters are bound without asking the server for their types first; those are inferred from the text.
      Object.assign(connection.unsafe(text, [], extended), { parameters: [...parameters] })
    ),
    connection.unsafe("commit"),
  ];
  const answers = await settledUnlessLost(sent);
  const error = answers.find((answer) => answer.status === "rejected")?.reason;
  if (error !== undefined) return { rows: [], error, lost: answers.some(isLoss) };
  const rows = answers.at(-2) as PromiseFulfilledResult<postgres.Row[]>;
  return { rows: rows.value, lost: false };
}

type Answers = PromiseSettledResult<postgres.Row[]>[];

/** A message that waits for the one before it is never answered when the connection is lost meanwhile. */
function settledUnlessLost(sent: Promise<postgres.Row[]>[]): Promise<Answers> {
  return new Promise((resolve) => {
    const lossOf = (reason: unknown): Answers[0] => ({ status: "rejected", reason });
    for (const each of sent) each.catch((reason) => isLoss(lossOf(reason)) && resolve([lossOf(reason)]));
    Promise.allSettled(sent).then(resolve);
  });
}

function isLoss(answer: Answers[0]): boolean {
  if (answer.status === "fulfilled") return false;
  const { reason } = answer;
  return !(reason instanceof postgres.PostgresError) || /^(FATAL|PANIC)$/.test(reason.severity);
}

function messageOf(error: unknown): string {
  // A refused connection is an AggregateError without a message of its own where a name has several addresses.
  return error instanceof Error ? error.message || String("code" in error ? error.code : error.name) : String(error);
}
