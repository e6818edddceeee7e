import { UserError } from "./errors.ts";
import { exists, runProgram } from "./process.ts";

/** PostgreSQL with its extensions, and every shared library they load, the C library included. */
export const packageNames = [
  ..."postgresql-17 postgresql-client-17 postgresql-17-pgvector postgresql-17-timescaledb postgresql-17-cron".split(
    " ",
  ),
  ..."postgresql-17-pgtap postgresql-17-plpgsql-check patchelf".split(" "),
  ..."libc6 libc-bin libgcc-s1 libstdc++6 libicu76 libxml2 libxslt1.1 libssl3t64 libpam0g libaudit1".split(" "),
  ..."libcap-ng0 libgssapi-krb5-2 libkrb5-3 libkrb5support0 libk5crypto3 libcom-err2 libkeyutils1".split(" "),
  ..."libldap2 libsasl2-2 liblz4-1 libzstd1 zlib1g libreadline8t64 libtinfo6 libuuid1 libselinux1".split(" "),
  ..."libpcre2-8-0 libsystemd0 libcap2 liblzma5 libpq5 libxxhash0".split(" "),
];

const release = "trixie";

const byHand = `Install these yourself instead: ${packageNames.slice(0, 7).join(" ")}.`;

/** Downloads the packages into `work` with an apt configuration of its own, which leaves the host's untouched. */
export async function downloadPackages(work: string): Promise<string[]> {
  const mirror = await debianMirror();
  const keyring = "/usr/share/keyrings/debian-archive-keyring.gpg";
  if (!await exists(keyring)) {
    throw new UserError(`Cannot set up PostgreSQL: ${keyring} is missing (package debian-archive-keyring). ${byHand}`);
  }
  for (const folder of ["state/lists/partial", "cache/archives/partial", "empty", "packages"]) {
    await Deno.mkdir(`${work}/${folder}`, { recursive: true });
  }
  await Deno.writeTextFile(`${work}/sources.list`, `deb [signed-by=${keyring}] ${mirror} ${release} main\n`);
  await Deno.writeTextFile(`${work}/status`, "");
  const options = Object.entries({
    "Dir::Etc::sourcelist": `${work}/sources.list`,
    "Dir::Etc::sourceparts": `${work}/empty`,
    "Dir::Etc::preferences": `${work}/none`,
    "Dir::Etc::preferencesparts": `${work}/empty`,
    "Dir::State": `${work}/state`,
    "Dir::State::status": `${work}/status`,
    "Dir::Cache": `${work}/cache`,
    "APT::Sandbox::User": "",
    "Acquire::Retries": "3",
    "Acquire::Languages": "none",
  }).map(([name, value]) => `-o${name}=${value}`);
  await runProgram("apt-get", [...options, "-q", "--error-on=any", "update"], {
    purpose: `read the list of Debian ${release} packages`,
  });
  const folder = `${work}/packages`;
  await runProgram("apt-get", [...options, "-q", "download", ...packageNames], {
    purpose: "download the PostgreSQL packages",
    cwd: folder,
  });
  const files = (await Array.fromAsync(Deno.readDir(folder))).map((entry) => `${folder}/${entry.name}`);
  if (files.length !== packageNames.length) {
    throw new UserError(
      `Cannot set up PostgreSQL: ${files.length} of ${packageNames.length} packages arrived. Run it again.`,
    );
  }
  return files;
}

/** The Debian mirror that the machine's own apt sources name. */
async function debianMirror(): Promise<string> {
  const files = ["/etc/apt/sources.list"];
  if (await exists("/etc/apt/sources.list.d")) {
    for await (const entry of Deno.readDir("/etc/apt/sources.list.d")) {
      files.push(`/etc/apt/sources.list.d/${entry.name}`);
    }
  }
  for (const file of files) {
    if (!/\.(list|sources)$/.test(file) || !await exists(file)) continue;
    const mirror = mirrorIn(await Deno.readTextFile(file));
    if (mirror) return mirror;
  }
  throw new UserError(
    `Cannot set up PostgreSQL: this machine's apt sources name no Debian mirror. ${byHand} ` +
      "Or use the embedded tier (--tier embedded), which needs none.",
  );
}

export function mirrorIn(sources: string): string | undefined {
  const lines = sources.split("\n").filter((line) => !line.startsWith("#"));
  for (const line of lines) {
    // One-line style: deb [options] uri suite components. Deb822 style: URIs: uri …
    const match = line.match(/^(?:deb\s+(?:\[[^\]]*\]\s+)?|URIs:\s*)(\S+)/);
    if (match?.[1] && /\/debian\/?$/.test(match[1])) return match[1];
  }
}
