// The one entry point behind every `npm run …`. It needs nothing but Node: it installs the npm packages when
// they are missing or stale, then hands over to the TypeScript program that Deno runs.
import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { constants } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** command → [what it does, arguments for deno before the caller's own] */
const commands = {
  "demo": ["run the main job end to end on real data (--tier native, --keep)", ["run", "-A", "scripts/demo/main.ts"]],
  "start": ["run the stack until stopped (--tier, --port, --seed)", ["run", "-A", "scripts/stack/start.ts"]],
  "worker": ["run one training worker against the running stack", ["run", "-A", "scripts/stack/worker_main.ts"]],
  "test": ["run every test, or those of a room (-- features, -- jobs claim)", ["run", "-A", "scripts/test/main.ts"]],
  "test:long": ["run what takes too long for every run", ["run", "-A", "scripts/test/main.ts", "--long"]],
  "bench": ["run all benchmarks, or those named", ["run", "-A", "scripts/bench/main.ts"]],
  "db:build": ["build the migrations from sql/ (--check: only compare)", ["run", "-A", "scripts/db/build.ts"]],
  "db:check": ["compare sql/ with the migrations, as databases", ["run", "-A", "scripts/db/check.ts"]],
  "golden": ["refresh the golden files", ["run", "-A", "scripts/test/golden.ts"]],
  "types": ["refresh the generated database types", ["run", "-A", "scripts/test/types.ts"]],
  "ort:upload": ["put the inference function's ONNX runtime into a project's Storage", ["run", "-A", "scripts/ort_runtime.ts", "--upload"]],
  "fmt": ["format the TypeScript", ["fmt"]],
  "lint": ["lint the TypeScript", ["lint"]],
  "check": ["type-check the TypeScript", ["check", "scripts", "tests", "supabase/functions"]],
  "deno": ["run deno itself, with the project's pinned version", []],
};

function help() {
  const names = Object.entries(commands).map(([name, [text]]) => `  ${name.padEnd(12)}${text}`);
  return ["Usage: npm run <command> [-- options]", "", ...names, "", "`npm run <command> -- --help` tells a command's options.", ""].join("\n");
}

function fail(message) {
  process.stderr.write(`${message}\n`);
  process.exit(1);
}

function denoExecutable() {
  const require = createRequire(join(root, "package.json"));
  const libc = process.platform === "linux" ? "-glibc" : "";
  const name = `@deno/${process.platform}-${process.arch}${libc}/package.json`;
  try {
    const file = join(dirname(require.resolve(name)), process.platform === "win32" ? "deno.exe" : "deno");
    return existsSync(file) ? file : undefined;
  } catch {
    return undefined;
  }
}

const stamp = join(root, ".cache", "npm-ci");

function lockHash() {
  return createHash("sha256").update(readFileSync(join(root, "package-lock.json"))).digest("hex");
}

function packagesAreCurrent() {
  return existsSync(stamp) && readFileSync(stamp, "utf8") === lockHash() && denoExecutable() !== undefined;
}

function isRunning(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === "EPERM";
  }
}

/** Runs `body` unless the packages have become current while another command installed them: two `npm ci` at once undo each other. */
function whileNobodyInstalls(body) {
  const lock = join(root, ".cache", "npm-ci.lock");
  mkdirSync(dirname(lock), { recursive: true });
  for (let told = false;;) {
    try {
      writeFileSync(lock, String(process.pid), { flag: "wx" });
      break;
    } catch (error) {
      if (error.code !== "EEXIST") throw error;
    }
    let holder;
    try {
      holder = Number(readFileSync(lock, "utf8"));
    } catch (error) {
      if (error.code !== "ENOENT") throw error;
      continue;
    }
    // Empty for the moment between its creation and its writing; in a container that starts anew its pid may be ours, or anybody's.
    const age = Date.now() - (statSync(lock, { throwIfNoEntry: false })?.mtimeMs ?? Date.now());
    const dead = holder === process.pid || (holder !== 0 && !isRunning(holder)) || age > (holder ? 900_000 : 10_000);
    if (dead) rmSync(lock, { force: true });
    else if (!told) process.stderr.write(`Waiting: ${holder ? `process ${holder}` : "another command"} installs the npm packages (${lock}) …\n`);
    told = true;
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 300);
  }
  try {
    if (!packagesAreCurrent()) body();
  } finally {
    rmSync(lock, { force: true });
  }
}

function ensurePackages() {
  if (!packagesAreCurrent()) whileNobodyInstalls(installPackages);
}

function installPackages() {
  process.stderr.write("Installing the npm packages (about a minute, once) …\n");
  const windows = process.platform === "win32";
  const result = spawnSync(windows ? "npm.cmd" : "npm", ["ci", "--no-progress", "--loglevel=error"], {
    cwd: root,
    shell: windows,
    stdio: ["ignore", 2, 2],
  });
  const problem = result.error
    ? `npm did not start (${result.error.message}). Install npm with Node.`
    : result.status !== 0 && "`npm ci` failed, see above. Check the network and run it again.";
  if (problem) throw new InstallFailed(`Cannot install the npm packages: ${problem}`);
  writeFileSync(stamp, lockHash());
}

class InstallFailed extends Error {}

/** Colour goes to a terminal only; FORCE_COLOR and NO_COLOR say otherwise, and are handed on as one answer to all that is started. */
function colourSettings() {
  const { FORCE_COLOR: forced, NO_COLOR: refused, ...env } = process.env;
  const wanted = forced !== undefined ? !["0", "false"].includes(forced) : !refused && process.stdout.isTTY === true;
  return { ...env, ...(wanted ? { FORCE_COLOR: "1" } : { NO_COLOR: "1" }) };
}

/** Parent and name of a process, or undefined when it is gone or the system does not tell. */
function lookUp(pid) {
  if (existsSync("/proc/self/stat")) {
    try {
      const [, name, parent] = /^\d+ \((.*)\) \S (\d+)/s.exec(readFileSync(`/proc/${pid}/stat`, "utf8"));
      return { name, parent: Number(parent) };
    } catch {
      return undefined;
    }
  }
  const [parent, name] = (spawnSync("ps", ["-o", "ppid=,comm=", "-p", String(pid)]).stdout?.toString() ?? "").trim().split(/\s+/, 2);
  return name && { name, parent: Number(parent) };
}

/**
 * Whoever ends npm with a signal, as CI systems and process managers do, ends npm alone, perhaps its shell: this process would live on. It ends as
 * if it had got the signal itself. Started by something else than npm it may well outlive its parent, as under nohup.
 */
function endWithNpm(end) {
  if (!process.env.npm_lifecycle_event) return;
  const parent = process.ppid;
  const shell = lookUp(parent);
  const npm = shell && /^-?(ba|da|z|k|a)?sh$/.test(shell.name.replace(/^.*\//, "")) ? shell.parent : undefined;
  const timer = setInterval(() => {
    if (process.ppid === parent && (npm === undefined || lookUp(parent)?.parent === npm)) return;
    clearInterval(timer);
    end();
  }, 500);
  timer.unref();
}

function runDeno(args) {
  const deno = denoExecutable();
  if (!deno) fail(`Cannot find deno for ${process.platform}-${process.arch} in node_modules: this platform is not supported.`);
  const env = { ...colourSettings(), DENO_NO_UPDATE_CHECK: "1", AIMATRIX_PARENT: String(process.pid) };
  const child = spawn(deno, args, { cwd: root, stdio: "inherit", env });
  // A terminal sends Ctrl-C to the whole group; a supervisor signals only this process. Either way deno decides when to end.
  process.on("SIGINT", () => {});
  for (const signal of ["SIGTERM", "SIGHUP"]) process.on(signal, () => child.kill(signal));
  endWithNpm(() => child.kill("SIGTERM"));
  child.on("error", (error) => fail(`Cannot start deno: ${error.message}`));
  child.on("exit", (code, signal) => process.exit(code ?? 128 + (constants.signals[signal] ?? 0)));
}

const [command, ...rest] = process.argv.slice(2);
if (Number(process.versions.node.split(".")[0]) < 20) fail(`Node 20 or newer is needed; this is ${process.versions.node}.`);
if (!command || command === "--help" || command === "-h" || command === "help") {
  process.stdout.write(help());
  process.exit(command ? 0 : 2);
}
if (!Object.hasOwn(commands, command)) fail(`Unknown command "${command}".\n\n${help()}`);
try {
  ensurePackages();
} catch (error) {
  if (error instanceof InstallFailed) fail(error.message);
  throw error;
}
runDeno([...commands[command][1], ...rest]);
