// The runner decides whether everything else passed, so its own judgement is tested.
import { assert, assertEquals } from "@std/assert";
import { inTwoLanes } from "../../scripts/test/schedule.ts";
import { countJunit } from "../../scripts/test/junit.ts";
import { type Outcome, pass, type Unit } from "../../scripts/test/outcome.ts";
import { formsOf, judgeTap } from "../../scripts/test/pgtap.ts";
import { runProcess } from "../../scripts/test/process.ts";
import { selects } from "../../scripts/test/selection.ts";
import { judge } from "../../scripts/test/suites.ts";

const counts = ({ passed, failed, skipped }: Outcome) => ({ passed, failed, skipped });

Deno.test("TAP that keeps its plan is counted test by test", () => {
  const tap = "1..4\nok 1 - a\nnot ok 2 - b\n# Failed test 2\nok 3 - c # SKIP no GPU\nok 4\n";
  assertEquals(counts(judgeTap(tap, 0, tap)), { passed: 2, failed: 1, skipped: 1 });
});

Deno.test("a pgTAP file that ends early, lacks a plan or breaks its plan fails", () => {
  assertEquals(judgeTap("1..3\nok 1\n", 0, "").failed, 1);
  assertEquals(judgeTap("1..1\nok 1\nok 2\n", 0, "").failed, 1);
  assertEquals(judgeTap("ok 1\n", 0, "").failed, 1);
  assertEquals(judgeTap("", 0, "").failed, 1);
  assertEquals(judgeTap("1..0\n", 0, "").failed, 1);
});

Deno.test("a pgTAP file whose psql fails after the last test fails", () => {
  const outcome = judgeTap("1..1\nok 1\n", 3, "ERROR: boom");
  assertEquals(counts(outcome), { passed: 1, failed: 1, skipped: 0 });
  assert(outcome.output.includes("ERROR: boom"), outcome.output);
});

Deno.test("a plan printed at the end, as no_plan() does, counts", () => {
  assertEquals(counts(judgeTap("ok 1\nok 2\n1..2\n", 0, "")), { passed: 2, failed: 0, skipped: 0 });
});

Deno.test("a file chooses its forms by its name or by a line", () => {
  assertEquals(formsOf("tests/sql/a/b.native.sql", ""), ["native"]);
  assertEquals(formsOf("tests/sql/a/b.sql", "-- forms: both\nbegin;"), ["timescale", "native"]);
  assertEquals(formsOf("tests/sql/a/b.sql", "begin;"), ["timescale"]);
});

Deno.test("JUnit reports are counted, whatever the names and messages hold", () => {
  const xml = `<testsuites><testsuite>
    <testcase name="a > b" classname="x"/>
    <testcase name="c" classname="x"></testcase>
    <testcase name="d"><failure message="1 &lt; 2">text &lt;testcase&gt;</failure></testcase>
    <testcase name="e"><error message="boom"/></testcase>
    <testcase name="f"><skipped/></testcase>
  </testsuite></testsuites>`;
  assertEquals(countJunit(xml), { passed: 2, failed: 2, skipped: 1 });
});

Deno.test("words choose a room, and of it what holds the others too", () => {
  const names = [
    "tests/sql/10_jobs/02_claim.sql (timescale)",
    "tests/concurrency/jobs_claim.test.ts",
    "tests/sql/10_jobs/01_enqueue.sql (timescale)",
    "tests/functions/inference_http.test.ts",
    "check: the worker passes ruff",
    "worker/tests",
  ];
  const chosen = (words: string[], only: string[] = []) => names.filter((name) => selects({ words, only }, { name }));
  assertEquals(chosen(["jobs", "claim"]), names.slice(0, 2));
  assertEquals(chosen(["serving"]), names.slice(3, 4));
  assertEquals(chosen(["worker"]), names.slice(4));
  assertEquals(chosen(["jobs"], ["01_enqueue", "inference"]), names.slice(2, 3));
  assertEquals(chosen([]), names);
});

Deno.test("a suite that ends badly without a failed test, or runs none, fails", () => {
  const done = (code: number) => ({ code, output: "", stdout: "", timedOut: false });
  assertEquals(judge(done(1), { passed: 3, failed: 0, skipped: 0 }).failed, 1);
  assertEquals(judge(done(0), { passed: 0, failed: 0, skipped: 0 }).failed, 1);
  assertEquals(judge(done(1), { passed: 3, failed: 2, skipped: 0 }).failed, 2);
  assertEquals(judge(done(0), { passed: 3, failed: 0, skipped: 0 }).failed, 0);
});

Deno.test("a program past its time is ended together with what it started", async () => {
  const began = performance.now();
  const done = await runProcess("sh", {
    args: ["-c", "echo begun; sleep 60 & wait"],
    signal: new AbortController().signal,
    timeoutSeconds: 0.5,
  });
  assert(done.timedOut && done.code !== 0);
  assert(performance.now() - began < 20_000);
  // The sleeper holds the pipe: its end is what let the output be read to the end so soon.
  assertEquals(done.stdout.split("\n")[0], "begun");
});

Deno.test("both lanes run everything once, the slow units first in one of them", async () => {
  const order: string[] = [];
  const unit = (name: string, slow: boolean): Unit => ({ name, slow, run: async () => pass() });
  const units = [unit("q1", false), unit("s1", true), unit("q2", false), unit("s2", true), unit("q3", false)];
  await inTwoLanes(units, async ({ name }) => {
    order.push(name);
    await new Promise((resolve) => setTimeout(resolve, name.startsWith("s") ? 20 : 1));
  });
  assertEquals(order.toSorted(), ["q1", "q2", "q3", "s1", "s2"]);
  assertEquals(order.slice(0, 2), ["s1", "q1"]);
});
