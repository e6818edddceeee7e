// Starting and ending: what was started leaves no process, port or file behind, and what fails says why in one line.
import { assert, assertEquals, assertMatch, assertRejects } from "@std/assert";
import postgres from "postgres";
import { startPostgres } from "../../scripts/stack/native.ts";
import { root } from "../../scripts/stack/paths.ts";
import { requireFreeEnv } from "../../scripts/stack/stack_env.ts";

function run(script: string, args: string[]): Deno.ChildProcess {
  return new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--quiet", `${root}/scripts/stack/${script}`, ...args],
    cwd: root,
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
}

/** Reads standard output until the pattern has come. */
async function outputUntil(child: Deno.ChildProcess, pattern: RegExp): Promise<RegExpExecArray> {
  const reader = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
  for (let text = "";;) {
    const { value, done } = await reader.read();
    if (done) throw new Error(`it ended before printing ${pattern}: ${text}`);
    text += value;
    const found = pattern.exec(text);
    if (found) {
      reader.releaseLock();
      return found;
    }
  }
}

function isListening(port: number): Promise<boolean> {
  return Deno.connect({ hostname: "127.0.0.1", port }).then((connection) => {
    connection.close();
    return true;
  }, () => false);
}

async function gone(what: () => Promise<boolean>): Promise<boolean> {
  for (let tries = 0; tries < 200; tries++) {
    if (!await what()) return true;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return false;
}

const there = (path: string) => Deno.stat(path).then(() => true, () => false);

Deno.test("a server keeps its data over a restart and over a crash, and takes it away when it stops", async () => {
  const server = await startPostgres();
  const sql = postgres(server.url, { max: 1, onnotice: () => {} });
  try {
    await sql`create table kept (n int)`;
    for (const mode of ["fast", "immediate"] as const) {
      await sql`insert into kept values (1)`;
      await server.restart(mode);
    }
    assertEquals((await sql`select count(*)::int as n from kept`)[0]!.n, 2);
  } finally {
    await sql.end({ timeout: 1 });
    await server.stop();
  }
  assertEquals([await there(server.dataDir), await isListening(server.port)], [false, false]);
});

Deno.test("a server in a folder of one's own is there again with its data", async () => {
  const folder = await Deno.makeTempDir();
  await Deno.chmod(folder, 0o755);
  try {
    for (const expected of [1, 2]) {
      const server = await startPostgres({ dataDir: `${folder}/data` });
      const sql = postgres(server.url, { max: 1, onnotice: () => {} });
      await sql`create table if not exists kept (n int)`;
      await sql`insert into kept values (1)`;
      assertEquals((await sql`select count(*)::int as n from kept`)[0]!.n, expected);
      await sql.end();
      await server.stop();
    }
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("a server whose owner is killed goes too, with its data", async () => {
  const owner = run("native.ts", ["start"]);
  const [, port] = await outputUntil(owner, /127\.0\.0\.1:(\d+)/);
  assert(await isListening(Number(port)));
  owner.kill("SIGKILL");
  await owner.status;
  assert(await gone(() => isListening(Number(port))));
  await Promise.all([owner.stdout.cancel(), owner.stderr.cancel()]);
});

for (const tier of ["embedded", "native"]) {
  Deno.test(`npm start (${tier}) tells how to connect and leaves nothing behind at Ctrl-C`, async () => {
    const folder = await Deno.makeTempDir();
    const env = `${folder}/stack.env`;
    const data = ["--data", `${folder}/data`];
    // The server of the native tier runs as a user of its own, who has to get there.
    await Deno.chmod(folder, 0o755);
    const stack = run("start.ts", ["--tier", tier, "--port", "0", "--env", env, ...data]);
    await outputUntil(stack, /is ready/);
    const info = await Deno.stat(env);
    assertEquals((info.mode ?? 0) & 0o777, 0o600);
    const text = await Deno.readTextFile(env);
    const names = text.trim().split("\n").map((line) => line.split("=")[0]);
    assertEquals(names, [
      "SUPABASE_URL",
      "SUPABASE_PUBLISHABLE_KEY",
      "SUPABASE_SECRET_KEY",
      "SUPABASE_DB_URL",
      "WORKER_JWT",
    ]);
    const ports = [...text.matchAll(/127\.0\.0\.1:(\d+)/g)].map((match) => Number(match[1]));
    assertEquals(await Promise.all(ports.map(isListening)), [true, true]);

    const second = await run("start.ts", ["--tier", tier, "--port", String(ports[0]), "--env", `${folder}/second`])
      .output();
    const complaint = new TextDecoder().decode(second.stderr).trim();
    assertEquals(second.code, 1);
    const holder = `process ${stack.pid} \\(.*start\\.ts.*\\)`;
    assertMatch(complaint, new RegExp(`^Cannot start the stack: port ${ports[0]} is in use by ${holder}\\.[^\\n]*$`));
    const third = await run("start.ts", ["--tier", tier, "--port", "0", "--env", `${folder}/third`, ...data]).output();
    assertEquals(third.code, 1);
    assertMatch(
      new TextDecoder().decode(third.stderr).trim(),
      new RegExp(`^Cannot start: ${folder}/data is in use by ${holder}; end it, or name another folder\\.$`),
    );

    stack.kill("SIGINT");
    assertEquals((await stack.status).code, 0);
    assertEquals([await there(env), ...await Promise.all(ports.map(isListening))], [false, false, false]);
    await Promise.all([stack.stdout.cancel(), stack.stderr.cancel()]);
    await Deno.remove(folder, { recursive: true });
  });
}

Deno.test("a second npm start leaves the file of a stack that runs alone, and says how to have two", async () => {
  const folder = await Deno.makeTempDir();
  const env = `${folder}/stack.env`;
  const first = run("start.ts", ["--port", "0", "--env", env]);
  await outputUntil(first, /is ready/);
  const text = await Deno.readTextFile(env);
  const [, url] = /^SUPABASE_URL=(.*)$/m.exec(text)!;
  const second = await run("start.ts", ["--port", "0", "--env", env]).output();
  const printed = new TextDecoder().decode(second.stdout) + new TextDecoder().decode(second.stderr);
  // Nothing stands before it: no set-up was begun.
  assertEquals(
    [second.code, printed],
    [
      1,
      `Cannot start: ${env} is of the stack that runs at ${url}. Stop that one, or choose another file with ` +
      "`npm start -- --env FILE`; `npm run worker -- --env FILE` then starts a worker against the new one.\n",
    ],
  );
  assertEquals(await Deno.readTextFile(env), text);
  const worker = await run("worker_main.ts", ["--env", env, "--once", "--queues", "nobody"]).output();
  assertEquals(worker.code, 0);
  assertMatch(new TextDecoder().decode(worker.stderr), new RegExp(`on ${url}: queues nobody[\\s\\S]*after 0 job`));

  first.kill("SIGKILL");
  await first.status;
  const left = await run("worker_main.ts", [`--env=${env}`]).output();
  assertEquals(new TextDecoder().decode(left.stderr), `No stack answers at ${url}: start one with \`npm start\`.\n`);
  const third = run("start.ts", ["--port", "0", "--env", env]);
  await outputUntil(third, /is ready/);
  assert(await Deno.readTextFile(env) !== text, "a file that a dead stack left is written anew");
  third.kill("SIGINT");
  assertEquals([(await third.status).code, await there(env)], [0, false]);
  for (const { stdout, stderr } of [first, third]) await Promise.all([stdout.cancel(), stderr.cancel()]);
  await Deno.remove(folder, { recursive: true });
});

Deno.test("a file is free when its port is another stack's by now, and not while its own is too busy to answer", async () => {
  const env = await Deno.makeTempFile();
  const busy = Promise.withResolvers<Response>();
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, ({ headers }) => {
    return headers.get("apikey") === "busy" ? busy.promise : new Response(null, { status: 401 });
  });
  const url = `http://127.0.0.1:${server.addr.port}`;
  for (
    const text of [
      "",
      "SUPABASE_URL=nowhere\nSUPABASE_PUBLISHABLE_KEY=x\n",
      `SUPABASE_URL=${url}\nSUPABASE_PUBLISHABLE_KEY=x\n`,
    ]
  ) {
    await Deno.writeTextFile(env, text);
    await requireFreeEnv(env);
  }
  await Deno.writeTextFile(env, `SUPABASE_URL=${url}\nSUPABASE_PUBLISHABLE_KEY=busy\n`);
  await assertRejects(() => requireFreeEnv(env), Error, `is of the stack that runs at ${url}.`);
  busy.resolve(new Response());
  await server.shutdown();
  await Deno.remove(env);
});

Deno.test("each program tells its options and refuses others in one line", async () => {
  for (const script of ["start.ts", "worker_main.ts", "native.ts"]) {
    const help = await run(script, ["--help"]).output();
    assertEquals(help.code, 0);
    assert(new TextDecoder().decode(help.stdout).length > 100);
  }
  const wrong = await run("start.ts", ["--tier", "cloud"]).output();
  assertEquals(new TextDecoder().decode(wrong.stderr), 'npm start: --tier is embedded or native, not "cloud"\n');
  const nameless = await run("worker_main.ts", ["--env", "--once"]).output();
  assertEquals(
    new TextDecoder().decode(nameless.stderr),
    "npm run worker: --env needs the name of a file; see --help\n",
  );
  const absent = await run("worker_main.ts", ["--env", "/nowhere/stack.env"]).output();
  assertMatch(new TextDecoder().decode(absent.stderr), /^No stack is running: .*--env \/nowhere\/stack\.env/);
});

/** Every process that descends from this one, by what /proc tells. */
async function descendants(pid: number): Promise<number[]> {
  const parents = new Map<number, number>();
  for await (const { name } of Deno.readDir("/proc")) {
    if (!/^\d+$/.test(name)) continue;
    const stat = await Deno.readTextFile(`/proc/${name}/stat`).catch(() => "");
    const parent = /\) \S (\d+)/.exec(stat)?.[1];
    if (parent) parents.set(Number(name), Number(parent));
  }
  const found = [pid];
  for (const one of found) for (const [child, parent] of parents) if (parent === one) found.push(child);
  return found.slice(1);
}

for (const signal of ["SIGTERM", "SIGKILL"] as const) {
  Deno.test(`${signal} to npm itself ends the stack that npm start runs, and frees its port`, async () => {
    const folder = await Deno.makeTempDir();
    const env = `${folder}/stack.env`;
    // As a CI system does it: in the background, with only npm's own process id at hand.
    const npm = new Deno.Command("npm", {
      args: ["start", "--", "--port", "0", "--env", env],
      cwd: root,
      stdin: "null",
      stdout: "piped",
      stderr: "null",
    }).spawn();
    await outputUntil(npm, /is ready/);
    const processes = await descendants(npm.pid);
    const [, port] = /127\.0\.0\.1:(\d+)/.exec(await Deno.readTextFile(env))!;
    assert(processes.length >= 2 && await isListening(Number(port)));
    npm.kill(signal);
    await npm.status;
    assert(await gone(() => isListening(Number(port))), "the port is free again");
    assert(await gone(async () => (await Promise.all(processes.map((pid) => there(`/proc/${pid}`)))).includes(true)));
    assertEquals(await there(env), false);
    await npm.stdout.cancel();
    await Deno.remove(folder, { recursive: true });
  });
}

async function coloured(command: string[], env: Record<string, string>): Promise<boolean> {
  const { FORCE_COLOR: _forced, NO_COLOR: _refused, ...rest } = Deno.env.toObject();
  const { stdout } = await new Deno.Command("node", {
    args: [`${root}/scripts/run.mjs`, ...command],
    cwd: root,
    clearEnv: true,
    env: { ...rest, ...env },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).output();
  // deno-lint-ignore no-control-regex
  return /\x1b\[/.test(new TextDecoder().decode(stdout));
}

Deno.test("colour goes to a terminal only, unless FORCE_COLOR or NO_COLOR say otherwise", async () => {
  const paint = ["deno", "eval", 'import { red } from "npm:deno-std@1.4.0/fmt/colors.js"; console.log(red("x"), 7)'];
  assertEquals(await coloured(paint, {}), false);
  assertEquals(await coloured(paint, { FORCE_COLOR: "1" }), true);
  assertEquals(await coloured(paint, { FORCE_COLOR: "0" }), false);
  assertEquals(await coloured(paint, { NO_COLOR: "1" }), false);
  assertEquals(await coloured(paint, { NO_COLOR: "1", FORCE_COLOR: "1" }), true);
});
