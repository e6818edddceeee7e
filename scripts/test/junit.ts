// Just enough of JUnit's XML, as `deno test` and pytest write it, to count tests and to see that the counts are whole.

export interface Counts {
  passed: number;
  failed: number;
  skipped: number;
}

/** Counts the test cases of a report. */
export function countJunit(xml: string): Counts {
  const counts: Counts = { passed: 0, failed: 0, skipped: 0 };
  // Quoted attribute values may hold `>`; text between the tags is escaped.
  const cases = xml.matchAll(/<testcase\b(?:"[^"]*"|'[^']*'|[^>"'])*?(?:\/>|>([\s\S]*?)<\/testcase>)/g);
  for (const [, body = ""] of cases) {
    if (/<(failure|error)\b/.test(body)) counts.failed++;
    else if (/<skipped\b/.test(body)) counts.skipped++;
    else counts.passed++;
  }
  return counts;
}
