export interface Finished {
  code: number;
  output: string;
  stdout: string;
  timedOut: boolean;
}

export interface ProcessOptions {
  args: string[];
  cwd?: string;
  env?: Record<string, string>;
  signal: AbortSignal;
  timeoutSeconds: number;
}

const graceMilliseconds = 10_000;

/** Runs a program to its end with its output kept. Past its time, or on an interrupt, the whole process group is ended. */
export async function runProcess(program: string, o: ProcessOptions): Promise<Finished> {
  const child = new Deno.Command(program, {
    args: o.args,
    cwd: o.cwd,
    env: o.env,
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
    // A group of its own, so that what the program started can be ended with it.
    detached: true,
  }).spawn();
  let timedOut = false;
  let lastResort: ReturnType<typeof setTimeout> | undefined;
  const end = () => {
    signalGroup(child.pid, "SIGTERM");
    lastResort ??= setTimeout(() => signalGroup(child.pid, "SIGKILL"), graceMilliseconds);
  };
  const timer = setTimeout(() => {
    timedOut = true;
    end();
  }, o.timeoutSeconds * 1000);
  o.signal.addEventListener("abort", end);
  if (o.signal.aborted) end();
  // In the order of arrival, as a terminal would show it.
  const all: string[] = [];
  const [stdout, , status] = await Promise.all([
    collect(child.stdout, all),
    collect(child.stderr, all),
    child.status,
  ]);
  clearTimeout(timer);
  clearTimeout(lastResort);
  o.signal.removeEventListener("abort", end);
  const note = timedOut ? `\nended after ${o.timeoutSeconds} s without finishing\n` : "";
  return { code: status.code, stdout, output: all.join("") + note, timedOut };
}

async function collect(stream: ReadableStream<Uint8Array>, all: string[]): Promise<string> {
  const parts: string[] = [];
  for await (const part of stream.pipeThrough(new TextDecoderStream())) {
    parts.push(part);
    all.push(part);
  }
  return parts.join("");
}

function signalGroup(pid: number, signal: "SIGTERM" | "SIGKILL") {
  // Deno.kill takes no negative ids; the kill program does. It fails only when the group has ended already, which is what is wanted.
  new Deno.Command("kill", { args: ["-s", signal.slice(3), "--", `-${pid}`], stderr: "null" }).outputSync();
}
