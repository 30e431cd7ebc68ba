import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import type { SoakReport } from './soak.ts';

/** What 90 000 more requests may add. One leaked request would hold at least 100 bytes: 9 MB in all. */
const GROWTH_MAX_BYTES = 2 * 1024 * 1024;

it('ends each of 100 000 requests exactly once over a bad network, and holds no more memory at the end', async () => {
  const { stdout } = await promisify(execFile)(process.execPath, [
    '--expose-gc',
    fileURLToPath(new URL('./soak.ts', import.meta.url)),
  ]);
  const report: SoakReport = JSON.parse(stdout);
  const { outcomes, counters, proxy } = report;

  expect(Object.keys(outcomes).sort()).toEqual(['answered', 'link-lost', 'not-sent', 'timed-out']);
  expect(Object.values(outcomes).reduce((sum, count) => sum + count, 0)).toBe(100_000);
  expect(counters).toMatchObject({
    answered: outcomes.answered,
    timedOut: outcomes['timed-out'],
    linkLost: outcomes['link-lost'],
    notSent: outcomes['not-sent'],
  });
  expect(report.wrongAnswers).toBe(0);

  // Every fault has really happened, and the link has seen what came of it.
  const seen = { ...outcomes, ...proxy, late: counters.late, duplicate: counters.duplicate };
  for (const [what, count] of Object.entries(seen)) {
    if (what !== 'swallowed') expect(count, what).toBeGreaterThan(0);
  }

  expect(report.heapLateBytes - report.heapEarlyBytes).toBeLessThan(GROWTH_MAX_BYTES);
});
