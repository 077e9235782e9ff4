/** `node test/discord/faults-command.ts --faults 10000 --seed 1 --kills 20`: prints what happened; exits 1 when a bar is missed. */
import { parseArgs } from 'node:util';
import { runFaults } from './fault-run.ts';

const { values } = parseArgs({
  options: {
    faults: { type: 'string', default: '10000' },
    seed: { type: 'string', default: '1' },
    kills: { type: 'string', default: '20' },
  },
});
const report = await runFaults({
  faults: Number(values.faults),
  seed: Number(values.seed),
  kills: Number(values.kills),
});
console.log(JSON.stringify(report, null, 2));
if (report.lost + report.duplicates + report.overLimit > 0) process.exitCode = 1;
