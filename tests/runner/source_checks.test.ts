import { assert, assertEquals } from "@std/assert";
import { loadModule } from "libpg-query";
import { grammarFaults } from "../../scripts/test/grammar.ts";
import { sizeFaults } from "../../scripts/test/house_rules.ts";
import { layerFaults } from "../../scripts/test/layers.ts";
import { describeDifference, normaliseDump, withoutBodies } from "../../scripts/test/schema_dump.ts";

Deno.test("the grammar check names the line of a syntax error, past psql's own commands", async () => {
  await loadModule();
  const [fault] = grammarFaults("select 1;\n\\gset\nselect from where;");
  assert(fault?.startsWith("line 3: syntax error"), fault);
});

Deno.test("the grammar check reads past psql's variables", async () => {
  await loadModule();
  assertEquals(
    grammarFaults("select 1 as a \\gset x_\nselect :x_a::integer, :'x_a', a[1:2], '{\"k\":true}'::jsonb;"),
    [],
  );
});

Deno.test("the grammar check reads the bodies of SQL functions", async () => {
  await loadModule();
  const faults = grammarFaults("create function f() returns int language sql as $$ select from where $$;");
  assertEquals(faults.length, 1);
});

Deno.test("the grammar check refuses what came after Postgres 15", async () => {
  await loadModule();
  const body =
    "create function f() returns bool language plpgsql as $$ begin return pg_input_is_valid('a', 'int'); end $$;";
  assertEquals(grammarFaults(body), ["line 1: pg_input_is_valid is newer than Postgres 15"]);
  assertEquals(grammarFaults("merge into a using b on true when not matched by source then delete;").length, 1);
  assertEquals(grammarFaults("-- pg_input_is_valid('a', 'int')\nselect 'any_value(x)';"), []);
});

Deno.test("a reference to a higher domain is found, one to a lower domain is not", () => {
  const low = {
    file: "sql/10_jobs/claim/claim.sql",
    text: "create table ml.jobs (id int);\nselect ml.train_model('{}');",
  };
  const high = {
    file: "sql/50_training/trainings.sql",
    text: "-- ml.train_model in a comment\ncreate function ml.train_model(config jsonb) returns void\nselect ml.jobs;",
  };
  assertEquals(layerFaults([low, high]), ["sql/10_jobs/claim/claim.sql:2: ml.train_model belongs to 50_training"]);
});

Deno.test("a name that two domains make is found", () => {
  const text = "create function ml_private.find_dataset(name text) returns void";
  const faults = layerFaults([
    { file: "sql/20_features/offline/read.sql", text },
    { file: "sql/40_registry/evidence/read.sql", text },
  ]);
  assertEquals(faults, ["sql/40_registry/evidence/read.sql: ml_private.find_dataset is made by 20_features already"]);
});

Deno.test("a dump's version, settings, keys and comments do not count; its statements do", () => {
  const dump = "-- Dumped by 17.1\n\\restrict abc\nSET x = 1;\n\nCREATE TABLE a (b int);\n";
  assertEquals(normaliseDump(dump), "CREATE TABLE a (b int);\n");
  const told = describeDifference("a\nb\n", "a\nc\n", ["have", "want"]);
  assert(told.startsWith("first difference at line 2"), told);
});

Deno.test("a golden dump keeps a function's signature and leaves out its body", () => {
  const dump =
    "CREATE FUNCTION ml.f() RETURNS integer\n    LANGUAGE sql\n    AS $_$ select $1; $_$;\nCOMMENT ON FUNCTION ml.f() IS 'x';\n";
  const golden =
    "CREATE FUNCTION ml.f() RETURNS integer\n    LANGUAGE sql\n    AS …;\nCOMMENT ON FUNCTION ml.f() IS 'x';\n";
  assertEquals(withoutBodies(dump), golden);
});

Deno.test("a file over 300 lines and an SQL function over 80 lines are found", () => {
  const body = "select 1;\n".repeat(90);
  const faults = sizeFaults(
    "sql/10_jobs/claim/claim.sql",
    `create function ml.f() returns void as $$\n${body}$$;\n${"\n-- x".repeat(250)}`,
  );
  assertEquals(faults, [
    "sql/10_jobs/claim/claim.sql: 343 lines, at most 300",
    "sql/10_jobs/claim/claim.sql: ml.f has 92 lines, at most 80",
  ]);
  assertEquals(sizeFaults("sql/10_jobs/claim/claim.sql", `select 1;\n-- ${"x".repeat(158)}`), [
    "sql/10_jobs/claim/claim.sql:2: 161 characters, at most 160",
  ]);
});
