/** Another one each day, so that every day's run tries what none has tried before; FUZZ_SEED repeats one. */
export const seed = Number(Deno.env.get("FUZZ_SEED") ?? new Date().toISOString().slice(0, 10).replaceAll("-", ""));

/** How to see a finding again. */
export const again = `FUZZ_SEED=${seed} npm test -- --only fuzz`;
