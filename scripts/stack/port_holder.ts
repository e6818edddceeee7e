import { exists } from "./process.ts";

/** "port 54321 is in use by process 1234 (deno run …)", as far as the system tells who listens there. */
export async function describeTaken(port: number): Promise<string> {
  const pid = await exists("/proc/net/tcp") ? await pidFromProc(port) : await pidFromLsof(port);
  if (pid === undefined) return `port ${port} is in use`;
  const command = await commandOf(pid);
  return `port ${port} is in use by process ${pid}${command ? ` (${command})` : ""}`;
}

async function pidFromProc(port: number): Promise<number | undefined> {
  const inodes = new Set<string>();
  for (const table of ["/proc/net/tcp", "/proc/net/tcp6"]) {
    if (!await exists(table)) continue;
    for (const line of (await Deno.readTextFile(table)).split("\n").slice(1)) {
      const fields = line.trim().split(/\s+/);
      // 0A is LISTEN; the port stands in hexadecimal behind the address.
      if (fields[3] === "0A" && parseInt(fields[1]?.split(":")[1] ?? "", 16) === port) inodes.add(fields[9]!);
    }
  }
  for await (const entry of Deno.readDir("/proc")) {
    if (/^\d+$/.test(entry.name) && await holdsSocket(entry.name, inodes)) return Number(entry.name);
  }
  return undefined;
}

/** Other users' processes and such as have just ended cannot be looked into. */
async function holdsSocket(pid: string, inodes: Set<string>): Promise<boolean> {
  try {
    for await (const file of Deno.readDir(`/proc/${pid}/fd`)) {
      const target = await Deno.readLink(`/proc/${pid}/fd/${file.name}`).catch(() => "");
      const inode = /^socket:\[(\d+)\]$/.exec(target)?.[1];
      if (inode && inodes.has(inode)) return true;
    }
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound || error instanceof Deno.errors.PermissionDenied)) throw error;
  }
  return false;
}

async function pidFromLsof(port: number): Promise<number | undefined> {
  return Number((await outputOf("lsof", ["-nP", "-t", `-iTCP:${port}`, "-sTCP:LISTEN"])).split("\n")[0]) || undefined;
}

/** The command line of a process; empty when it is gone or the system does not tell. */
export async function commandOf(pid: number): Promise<string> {
  const command = await exists(`/proc/${pid}/cmdline`)
    ? (await Deno.readTextFile(`/proc/${pid}/cmdline`)).replaceAll("\0", " ")
    : await outputOf("ps", ["-o", "command=", "-p", String(pid)]);
  const line = command.trim().replaceAll(/\s+/g, " ");
  return line.length <= 120 ? line : `${line.slice(0, 119)}…`;
}

async function outputOf(program: string, args: string[]): Promise<string> {
  try {
    const { stdout } = await new Deno.Command(program, { args, stdin: "null", stdout: "piped", stderr: "null" })
      .output();
    return new TextDecoder().decode(stdout);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return "";
    throw error;
  }
}
