/** A small slice of the fault run; `node test/discord/faults-command.ts --faults 10000` is the whole. */
import { expect, it } from 'vitest';
import { runFaults } from './fault-run.ts';

it('300 faults and two killed bots: every ask answered once, no limit broken', { timeout: 300_000 }, async () => {
  const report = await runFaults({ faults: 300, seed: 7, kills: 2 });
  expect(report.faults).toBeGreaterThanOrEqual(300);
  expect(report).toMatchObject({ lost: 0, duplicates: 0, overLimit: 0, kills: 2 });
});
