// Rows that declare what can be named, held against the worker's files of the same names.
import { assertEquals } from "@std/assert";
import { ensureTestVenv, pythonPath } from "../../scripts/stack/python.ts";
import { withTestDatabase } from "../support/database.ts";

/** Says what differs, a line each: names on one side only, other defaults, a declared bound that the worker refuses. */
const compare = `
import importlib, inspect, json, sys
from pydantic import ValidationError
from aimatrix_worker.kinds import known_kinds
from aimatrix_worker.messages import Options
from aimatrix_worker.models import find_model_type, known_model_types

def options_of(module):
    own = [c for _, c in inspect.getmembers(module, inspect.isclass) if issubclass(c, Options) and c.__module__ == module.__name__]
    return own[0] if own else Options

def differences(name, model, properties):
    fields = model.model_fields
    for key in sorted(set(properties) ^ set(fields)):
        yield f"{name}.{key} is only {'declared' if key in properties else 'in the worker'}"
    for key in sorted(set(properties) & set(fields)):
        declared = properties[key]
        if "default" in declared and declared["default"] != fields[key].default:
            yield f"{name}.{key}: the default is {declared['default']}, the worker's {fields[key].default}"
        for bound in ("minimum", "maximum"):
            try:
                if bound in declared:
                    model(**{key: declared[bound]})
            except ValidationError:
                yield f"{name}.{key}: the worker refuses the {bound} {declared[bound]}"

rows = json.load(sys.stdin)
found = [f"{n} is no model type of both" for n in sorted(set(rows["types"]) ^ set(known_model_types()))]
found += [f"the worker has no kind {n}" for n in sorted(set(rows["kinds"]) - set(known_kinds()))]
for name, schema in rows["types"].items():
    if name in known_model_types():
        found += differences(name, find_model_type(name).params, schema["properties"])
for name, schema in rows["kinds"].items():
    if name in known_kinds():
        found += differences(name, options_of(importlib.import_module(f"aimatrix_worker.kinds.{name}")), schema["properties"])
print(json.dumps(found))
`;

interface Declared {
  name: string;
  schema: { properties: Record<string, Record<string, unknown>> };
}

type Schemas = Record<string, Declared["schema"]>;

async function differences(rows: { types: Schemas; kinds: Schemas }): Promise<string[]> {
  const { python } = await ensureTestVenv();
  const child = new Deno.Command(python, {
    args: ["-c", compare],
    env: { PYTHONPATH: pythonPath, PYTHONDONTWRITEBYTECODE: "1" },
    stdin: "piped",
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
  const writer = child.stdin.getWriter();
  await writer.write(new TextEncoder().encode(JSON.stringify(rows)));
  await writer.close();
  const { code, stdout } = await child.output();
  assertEquals(code, 0);
  return JSON.parse(new TextDecoder().decode(stdout));
}

Deno.test("what is declared is what the worker takes: the same names and defaults, and every value in range", async () => {
  await withTestDatabase({ name: "declared" }, async ({ sql }) => {
    const types = await sql<Declared[]>`select name, params as schema from ml.model_types`;
    const kinds = await sql<Declared[]>`select name, options as schema from ml.check_kinds`;
    const byName = (declared: Declared[]) => Object.fromEntries(declared.map(({ name, schema }) => [name, schema]));
    const rows = { types: byName(types), kinds: byName(kinds) };
    assertEquals(await differences(rows), []);
    const spoiled = structuredClone(rows);
    spoiled.types["gradient_boosting"]!.properties["max_depth"]!.default = 4;
    spoiled.types["logistic_regression"]!.properties["max_iter"]!.maximum = 1e9;
    delete spoiled.kinds["load_test"]!.properties["requests"];
    spoiled.kinds["spell_check"] = { properties: {} };
    assertEquals(await differences(spoiled), [
      "the worker has no kind spell_check",
      "gradient_boosting.max_depth: the default is 4, the worker's 3",
      "logistic_regression.max_iter: the worker refuses the maximum 1000000000",
      "load_test.requests is only in the worker",
    ]);
  });
});
