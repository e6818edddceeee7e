import type { Unit } from "./outcome.ts";

/**
 * Runs the units in two lanes. One begins with the slow units, the other with the quick ones, and each helps the other out at the end:
 * both cores stay busy, and two whole stacks are rarely up at once.
 */
export async function inTwoLanes(units: Unit[], run: (unit: Unit) => Promise<void>): Promise<void> {
  const slow = units.filter((unit) => unit.slow);
  const quick = units.filter((unit) => !unit.slow);
  const lane = async (first: Unit[], second: Unit[]) => {
    for (;;) {
      const unit = first.shift() ?? second.shift();
      if (!unit) return;
      await run(unit);
    }
  };
  await Promise.all([lane(slow, quick), lane(quick, slow)]);
}
