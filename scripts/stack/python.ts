import { messageOf, UserError } from "./errors.ts";
import { cacheFolder, root } from "./paths.ts";
import { exists, runProgram } from "./process.ts";

const oldest = 10;

export interface Python {
  /** the interpreter of the worker's own environment */
  python: string;
}

/** What Python finds its packages by: the worker's and the client's that it stands on run from where they are. */
export const pythonPath = [`${root}/worker`, `${root}/clients/python`].join(Deno.build.os === "windows" ? ";" : ":");

type Log = (line: string) => void;
const toStderr: Log = (line) => console.error(line);
const folder = `${cacheFolder}/venv`;

/** The worker's Python environment under .cache/venv, made anew when worker/requirements.lock has changed. */
export async function ensureVenv(log: Log = toStderr): Promise<Python> {
  const python = Deno.build.os === "windows" ? `${folder}/Scripts/python.exe` : `${folder}/bin/python`;
  const requirements = `${root}/worker/requirements.lock`;
  const stamp = await stampText(requirements);
  if (await isReady("ready", stamp)) return { python };
  await Deno.mkdir(cacheFolder, { recursive: true });
  using lock = await Deno.open(`${folder}.lock`, { create: true, write: true });
  await lock.lock(true);
  if (await isReady("ready", stamp)) return { python };
  log("Installing the worker's Python packages into .cache/venv (about a minute, once) …");
  const started = performance.now();
  if (await exists(folder)) await Deno.remove(folder, { recursive: true });
  await makeVenv(await findPython(), folder);
  await pipInstall(python, requirements, "install the worker's Python packages");
  await Deno.writeTextFile(`${folder}/ready`, stamp);
  log(`The worker's Python packages are installed (${((performance.now() - started) / 1000).toFixed(0)} s).`);
  return { python };
}

/** The same with what only tests need: the client's extras, pandas and pyarrow. */
export async function ensureTestVenv(log: Log = toStderr): Promise<Python> {
  const made = await ensureVenv(log);
  const requirements = `${root}/clients/python/requirements-test.lock`;
  const stamp = await stampText(requirements);
  if (await isReady("ready-tests", stamp)) return made;
  using lock = await Deno.open(`${folder}.lock`, { create: true, write: true });
  await lock.lock(true);
  if (await isReady("ready-tests", stamp)) return made;
  log("Installing pandas and pyarrow for the tests of clients/python into .cache/venv (once) …");
  await pipInstall(made.python, requirements, "install the Python client's test packages");
  await Deno.writeTextFile(`${folder}/ready-tests`, stamp);
  return made;
}

async function pipInstall(python: string, requirements: string, purpose: string): Promise<void> {
  const quiet = ["--quiet", "--disable-pip-version-check", "--no-input"];
  await runProgram(python, ["-m", "pip", "install", ...quiet, "--requirement", requirements], { purpose });
}

async function stampText(requirements: string): Promise<string> {
  const hash = await crypto.subtle.digest("SHA-256", await Deno.readFile(requirements));
  // A virtual environment holds its own path, so a moved one is made anew.
  return `${folder}\n${new Uint8Array(hash).toHex()}\n`;
}

async function isReady(name: string, stamp: string): Promise<boolean> {
  return await exists(`${folder}/${name}`) && await Deno.readTextFile(`${folder}/${name}`) === stamp;
}

async function findPython(): Promise<string> {
  const found: string[] = [];
  for (const name of ["python3", "python3.13", "python3.12", "python3.11", "python3.10", "python"]) {
    const version = await versionOf(name);
    if (!version) continue;
    if (version[0] === 3 && version[1]! >= oldest) return name;
    found.push(`${name} is ${version.join(".")}`);
  }
  const seen = found.length > 0 ? ` (${found.join(", ")})` : "";
  throw new UserError(`Cannot set up the worker: Python 3.${oldest} or newer is needed and not found${seen}.`);
}

async function versionOf(program: string): Promise<number[] | undefined> {
  try {
    const script = "import sys; print(sys.version_info[0], sys.version_info[1])";
    const output = await new Deno.Command(program, { args: ["-c", script], stdout: "piped", stderr: "null" }).output();
    return output.success ? new TextDecoder().decode(output.stdout).trim().split(" ").map(Number) : undefined;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

async function makeVenv(python: string, folder: string): Promise<void> {
  try {
    await runProgram(python, ["-m", "venv", folder], { purpose: "make the worker's Python environment" });
  } catch (error) {
    if (await exists(folder)) await Deno.remove(folder, { recursive: true });
    throw new UserError(`${messageOf(error)} On Debian and Ubuntu it needs the package python3-venv.`);
  }
}
