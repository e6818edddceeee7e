import { messageOf, UserError } from "./errors.ts";

export interface RunOptions {
  cwd?: string;
  env?: Record<string, string>;
  uid?: number;
  gid?: number;
  /** what the program is run for, as it ends the sentence "Cannot …" */
  purpose: string;
}

/** Runs a program to its end and returns its standard output; any failure is one clear line. */
export async function runProgram(program: string, args: string[], options: RunOptions): Promise<string> {
  const { purpose, ...rest } = options;
  let output: Deno.CommandOutput;
  try {
    output = await new Deno.Command(program, { args, ...rest, stdin: "null", stdout: "piped", stderr: "piped" })
      .output();
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) {
      throw new UserError(`Cannot ${purpose}: the program "${program}" is not installed.`);
    }
    throw new UserError(`Cannot ${purpose}: "${program}" did not start (${messageOf(error)}).`);
  }
  const decode = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  if (!output.success) {
    const lines = decode(output.stderr).trim().split("\n").filter((line) => line.trim() !== "");
    const why = lines.find((line) => /^(E:|.*\b(error|fatal)\b)/i.test(line)) ?? lines.at(-1) ??
      `exit code ${output.code}`;
    throw new UserError(`Cannot ${purpose}: ${why.trim()}`);
  }
  return decode(output.stdout);
}

export async function exists(path: string): Promise<boolean> {
  try {
    await Deno.stat(path);
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory) return false;
    throw error;
  }
}

/** A loopback port that is free now. Another program may take it before it is used, so callers try again. */
export function freePort(): number {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr;
  listener.close();
  return port;
}

export const delay = (milliseconds: number) => new Promise<void>((resolve) => setTimeout(resolve, milliseconds));
