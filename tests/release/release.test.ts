// An invented pair of releases: what was installed with the first and upgraded must be what a fresh install of the second makes.
import { assert, assertEquals, assertMatch, assertRejects } from "@std/assert";
import { join } from "node:path";
import { buildProject, checkProject, freezeProject } from "../../scripts/db/build.ts";
import { sourceLayers } from "../../scripts/db/check.ts";
import { migrationFiles } from "../../scripts/db/releases.ts";
import { dumpSchema, withoutColumnOrder } from "../../scripts/test/schema_dump.ts";
import { fromRoot } from "../../scripts/test/paths.ts";
import { serverUrl } from "../support/database.ts";
import { connect, createFromLayers, dropDatabase, type Layer, platformLayer } from "../support/templates.ts";

const quiet = () => {};
const signal = new AbortController().signal;

async function copyFolder(from: string, to: string): Promise<void> {
  await Deno.mkdir(to, { recursive: true });
  for await (const entry of Deno.readDir(from)) {
    if (entry.isDirectory) await copyFolder(join(from, entry.name), join(to, entry.name));
    else await Deno.copyFile(join(from, entry.name), join(to, entry.name));
  }
}

async function withProject(use: (project: string) => Promise<void>): Promise<void> {
  const project = await Deno.makeTempDir({ prefix: "aimatrix_release_" });
  try {
    await copyFolder(fromRoot("tests/release/first"), project);
    await use(project);
  } finally {
    await Deno.remove(project, { recursive: true });
  }
}

async function layersOf(project: string): Promise<Layer[]> {
  const files = await migrationFiles(project);
  return await Promise.all(files.map(async (file) => ({ file, text: await Deno.readTextFile(join(project, file)) })));
}

async function startSecond(project: string): Promise<void> {
  await Deno.remove(join(project, "sql"), { recursive: true });
  await copyFolder(fromRoot("tests/release/second"), project);
}

async function inDatabase<T>(layers: Layer[], use: (url: string) => Promise<T>): Promise<T> {
  const server = await serverUrl();
  const name = `release_${crypto.randomUUID().slice(0, 8)}`;
  try {
    return await use(await createFromLayers(server, "native", name, [await platformLayer(), ...layers]));
  } finally {
    await dropDatabase(server, name);
  }
}

async function definition(url: string): Promise<string> {
  const bin = Deno.env.get("TEST_PG_BIN") ?? fromRoot(".cache/native/usr/lib/postgresql/17/bin");
  return withoutColumnOrder(await dumpSchema(bin, url, signal, ["ml", "ml_private"]));
}

async function apply(url: string, layers: Layer[]): Promise<void> {
  const sql = connect(url);
  try {
    for (const layer of layers) await sql.begin((tx) => tx.unsafe(layer.text));
  } finally {
    await sql.end();
  }
}

Deno.test("a filled first release, upgraded, has the definition of a fresh second one and keeps its rows", async () => {
  await withProject(async (project) => {
    assertEquals(await buildProject(project, quiet), []);
    assertEquals(await freezeProject(project, quiet), []);
    const first = await layersOf(project);
    assertEquals(first.length, 2);
    await startSecond(project);
    assertEquals(await buildProject(project, quiet), []);
    const second = await layersOf(project);
    assertEquals(second.slice(0, 2), first, "what was released stays as it was");
    assertEquals(second.map((layer) => layer.file.replace(/.*migrations\//, "")).slice(2), [
      "20270101000000_authors.sql",
      "20270101000001_aimatrix_ml_code_1_1_0.sql",
    ]);

    const fresh = await inDatabase(second, definition);
    assertEquals(
      await inDatabase(await sourceLayers(project), definition),
      fresh,
      "tables.sql is the picture of the end",
    );
    await inDatabase(first, async (url) => {
      const sql = connect(url);
      try {
        await sql`select ml.add_note('one')`;
        await sql`insert into ml.notes (body, stars) values ('two', 9)`;
        await sql`create function ml_private.compiled_7() returns integer language sql as 'select 7'`;
        await apply(url, second.slice(2));
        await sql`drop function ml_private.compiled_7()`;
        assertEquals(await definition(url), fresh);
        assertEquals(
          [...await sql`select id, author, body, stars from ml.notes order by id`].map((row) => ({ ...row })),
          [
            { id: "1", author: "nobody", body: "one", stars: "0" },
            { id: "2", author: "nobody", body: "two", stars: "5" },
          ],
        );
        assertEquals((await sql`select name from ml.kinds order by name`).map((row) => row.name), [
          "letter",
          "list",
          "memo",
        ]);
        assertEquals((await sql`select description from ml.kinds where name = 'memo'`)[0]!.description, "For yourself");
        assertEquals((await sql`select body from ml.list_notes()`).map((row) => row.body), ["one", "two"]);
        await apply(url, second.slice(3));
        assertEquals(await definition(url), fresh, "its code can be run again");
      } finally {
        await sql.end();
      }
    });
  });
});

Deno.test("what a release no longer grants, nobody has after the upgrade", async () => {
  await withProject(async (project) => {
    await buildProject(project, quiet);
    await freezeProject(project, quiet);
    const first = await layersOf(project);
    await startSecond(project);
    await buildProject(project, quiet);
    const second = await layersOf(project);
    await inDatabase(first, async (url) => {
      const sql = connect(url);
      const mayRead = async () =>
        (await sql`select has_table_privilege('authenticated', 'ml.notes', 'select') as may`)[0]!.may;
      try {
        assertEquals(await mayRead(), true);
        await apply(url, second.slice(2));
        assertEquals(await mayRead(), false);
      } finally {
        await sql.end();
      }
    });
  });
});

Deno.test("a state of sql/ that no migration makes is a difference", async () => {
  await withProject(async (project) => {
    await buildProject(project, quiet);
    await freezeProject(project, quiet);
    await startSecond(project);
    await Deno.remove(join(project, "supabase/migrations/20270101000000_authors.sql"));
    await buildProject(project, quiet);
    const fromSources = await inDatabase(await sourceLayers(project), definition);
    // The new code cannot even be made without the new column; a table that code does not touch shows in the dump.
    const state = (await layersOf(project)).filter((layer) => !layer.file.includes("code_1_1_0"));
    assert(await inDatabase(state, definition) !== fromSources);
    await assertRejects(async () => await inDatabase(await layersOf(project), definition), Error, "author");
  });
});

Deno.test("a released migration cannot be changed, nor its code without a new version", async () => {
  await withProject(async (project) => {
    await buildProject(project, quiet);
    await freezeProject(project, quiet);
    assertEquals(await checkProject(project), []);
    assertMatch((await freezeProject(project, quiet))[0]!, /^1\.0\.0 is released already$/);
    const source = join(project, "sql/00_notes/notes.sql");
    const text = await Deno.readTextFile(source);
    await Deno.writeTextFile(source, text.replace("upper(", "lower("));
    assertMatch((await buildProject(project, quiet))[0]!, /1\.0\.0 is released: raise the version in package\.json/);
    await Deno.writeTextFile(source, text);
    const [state] = await migrationFiles(project);
    await Deno.writeTextFile(join(project, state!), "-- nothing");
    assertMatch((await buildProject(project, quiet))[0]!, /was released and has changed: restore it/);
  });
});

Deno.test("a migration added later in the work on a release comes before its code", async () => {
  await withProject(async (project) => {
    await buildProject(project, quiet);
    await freezeProject(project, quiet);
    await startSecond(project);
    await buildProject(project, quiet);
    await Deno.writeTextFile(join(project, "supabase/migrations/20270202000000_more.sql"), "select 1;");
    await buildProject(project, quiet);
    assertEquals((await migrationFiles(project)).map((file) => file.replace(/.*migrations\//, "")).slice(2), [
      "20270101000000_authors.sql",
      "20270202000000_more.sql",
      "20270202000001_aimatrix_ml_code_1_1_0.sql",
    ]);
  });
});

const misplaced: [what: string, file: string, text: string, says: RegExp][] = [
  ["a table among the code", "notes.sql", "create table ml.t (a integer);", /CreateStmt is not for a file of code/],
  [
    "a function among the state",
    "tables.sql",
    "create or replace function ml.f() returns void language sql as '';",
    /CreateFunctionStmt is not for a file of state/,
  ],
  [
    "code that cannot be run again",
    "notes.sql",
    "create function ml.f() returns void language sql as '';",
    /write "create or replace"/,
  ],
  ["rows that would be inserted twice", "notes.sql", "insert into ml.kinds values ('a', 'b');", /on conflict/],
  [
    "a grant that would be revoked again",
    "notes.sql",
    "grant select on ml.notes to anon;",
    /grants stand in policies\.sql/,
  ],
  ["a revoke", "policies.sql", "revoke all on ml.notes from anon;", /take this revoke out/],
  ["a change of a table", "policies.sql", "alter table ml.notes add a integer;", /code changes no table/],
  [
    "a declaration that cannot be read",
    "notes.sql",
    "-- api: enginer\ncreate or replace function ml.f() returns void language sql as '';",
    /cannot read "-- api: enginer"/,
  ],
  [
    "an API function without a comment",
    "notes.sql",
    "-- api: engineer\ncreate or replace function ml.f() returns void language sql as '';",
    /ml\.f needs a comment/,
  ],
];

for (const [what, file, text, says] of misplaced) {
  Deno.test(`the build refuses ${what}`, async () => {
    await withProject(async (project) => {
      const path = join(project, "sql/00_notes", file);
      await Deno.writeTextFile(path, `${await Deno.readTextFile(path)}\n${text}\n`);
      const error = await assertRejects(() => buildProject(project, quiet), Error);
      assertMatch(error.message, says);
      assertMatch(error.message, new RegExp(`sql/00_notes/${file}:\\d+: `));
    });
  });
}
