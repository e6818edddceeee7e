// The worker's own contract with the queue, which its tests hold the stand-in platform to, held against the real one.
import { assertEquals } from "@std/assert";
import { ensureTestVenv, pythonPath } from "../../scripts/stack/python.ts";
import { startStack } from "../../scripts/stack/stack.ts";
import { fromRoot } from "../../scripts/test/paths.ts";

for (const tier of ["embedded", "native"] as const) {
  Deno.test(`${tier}: what the worker's tests ask of the stand-in platform the real one does too`, async () => {
    const { python } = await ensureTestVenv();
    // Without ticks: one that comes just when a lease has run out takes the job back before its holder is heard.
    const stack = await startStack({ tier, port: 0, tickSeconds: 3600 });
    try {
      const { code, stdout } = await new Deno.Command(python, {
        args: ["-m", "pytest", "-q", "-p", "no:cacheprovider", "-k", "real", "tests/queue/test_queue_contract.py"],
        cwd: fromRoot("worker"),
        env: {
          PYTHONPATH: pythonPath,
          PYTHONDONTWRITEBYTECODE: "1",
          QUEUE_CONTRACT_URL: stack.url,
          QUEUE_CONTRACT_KEY: stack.publishableKey,
          QUEUE_CONTRACT_SECRET_KEY: stack.secretKey,
          QUEUE_CONTRACT_JWT: stack.workerJwt,
        },
        stdout: "piped",
        stderr: "inherit",
      }).output();
      const output = new TextDecoder().decode(stdout);
      assertEquals(code, 0, output);
      assertEquals(/^(\d+) passed/m.exec(output)?.[1], "8", output);
    } finally {
      await stack.stop();
    }
  });
}
