import { cacheFolder } from "./paths.ts";
import { downloadPackages, packageNames } from "./native_download.ts";
import { mayTraverse, type ServerUser, serverUser } from "./native_user.ts";
import { exists, runProgram } from "./process.ts";
import { UserError } from "./errors.ts";

export interface NativePrefix {
  /** folder of initdb, postgres, psql, pg_dump, pgbench … */
  bin: string;
  lib: string;
  share: string;
  asUser: ServerUser;
}

const extensions = ["vector", "timescaledb", "pg_cron", "pgtap", "plpgsql_check"];

// Raised when the way the prefix is made changes, so that an old one is not taken for a good one.
const recipe = 1;

/** A PostgreSQL 17 with every extension the platform can use: the host's own, else a private one made once. */
export async function ensureNative(log: (line: string) => void = () => {}): Promise<NativePrefix> {
  const asUser = await serverUser();
  const host = prefixAt("", asUser);
  if (await isComplete(host)) return host;
  const folder = await prefixFolder(asUser);
  const prefix = prefixAt(folder, asUser);
  if (await isReady(folder)) return prefix;
  await Deno.mkdir(folder.slice(0, folder.lastIndexOf("/")), { recursive: true });
  using lock = await Deno.open(`${folder}.lock`, { create: true, write: true });
  await lock.lock(true);
  if (await isReady(folder)) return prefix;
  await build(folder, log);
  if (!await isComplete(prefix)) throw new UserError(`Cannot set up PostgreSQL: ${folder} lacks an extension.`);
  await Deno.writeTextFile(`${folder}/ready`, stampText(folder));
  return prefix;
}

function prefixAt(folder: string, asUser: ServerUser): NativePrefix {
  return {
    bin: `${folder}/usr/lib/postgresql/17/bin`,
    lib: `${folder}/usr/lib/postgresql/17/lib`,
    share: `${folder}/usr/share/postgresql/17`,
    asUser,
  };
}

async function isComplete(prefix: NativePrefix): Promise<boolean> {
  const files = [`${prefix.bin}/initdb`, ...extensions.map((name) => `${prefix.share}/extension/${name}.control`)];
  return (await Promise.all(files.map(exists))).every((found) => found);
}

/** The programs hold the prefix's path (their ELF interpreter), so a moved prefix is made anew. */
const stampText = (folder: string) => `${folder}\n${recipe}\n${packageNames.join(" ")}\n`;

async function isReady(folder: string): Promise<boolean> {
  return await exists(`${folder}/ready`) && await Deno.readTextFile(`${folder}/ready`) === stampText(folder);
}

async function prefixFolder(user: ServerUser): Promise<string> {
  if (await mayTraverse(user, `${cacheFolder}/native`)) return `${cacheFolder}/native`;
  const names = new TextEncoder().encode(`${recipe} ${packageNames.join(" ")}`);
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", names)).toHex().slice(0, 12);
  return `/var/tmp/aimatrix-ml-${Deno.uid()}-${hash}`;
}

async function build(folder: string, log: (line: string) => void): Promise<void> {
  if (Deno.build.os !== "linux") {
    throw new UserError("The native tier needs Linux; use the embedded tier (--tier embedded) on this system.");
  }
  log("Setting up a private PostgreSQL 17 (about 45 MB to download, once) …");
  const started = performance.now();
  if (await exists(folder)) await Deno.remove(folder, { recursive: true });
  const work = await Deno.makeTempDir({ prefix: "aimatrix-native-" });
  try {
    const packages = await downloadPackages(work);
    await Deno.mkdir(folder, { recursive: true, mode: 0o755 });
    for (const file of packages) {
      await runProgram("dpkg", ["-x", file, folder], { purpose: "unpack the PostgreSQL packages" });
    }
  } finally {
    await Deno.remove(work, { recursive: true });
  }
  await Deno.chmod(folder, 0o755);
  await patchPrograms(folder);
  log(`PostgreSQL 17 is set up in ${folder} (${((performance.now() - started) / 1000).toFixed(0)} s).`);
}

const platforms: Record<string, { triplet: string; loader: string }> = {
  x86_64: { triplet: "x86_64-linux-gnu", loader: "ld-linux-x86-64.so.2" },
  aarch64: { triplet: "aarch64-linux-gnu", loader: "ld-linux-aarch64.so.1" },
};

/** Makes the programs use the prefix's own libc, which may be newer than the host's. */
async function patchPrograms(folder: string): Promise<void> {
  const platform = platforms[Deno.build.arch];
  if (!platform) throw new UserError(`Cannot set up PostgreSQL: no packages for the processor ${Deno.build.arch}.`);
  const libraries = `${folder}/usr/lib/${platform.triplet}`;
  const loader = `${libraries}/${platform.loader}`;
  const patchelf = ["--library-path", libraries, `${folder}/usr/bin/patchelf`];
  const bin = `${folder}/usr/lib/postgresql/17/bin`;
  const programs = (await Array.fromAsync(Deno.readDir(bin))).map((entry) => `${bin}/${entry.name}`);
  const args = ["--set-interpreter", loader, "--force-rpath", "--set-rpath", libraries, ...programs];
  await runProgram(loader, [...patchelf, ...args], { purpose: "fit the PostgreSQL programs to this machine" });
}
