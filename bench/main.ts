/**
 * `npm run bench -- quick [--json] [--write]`: measures, prints, and fails when a bar that must hold is missed. All
 * variants run in one process tree, in rotation; ratios are medians of per-round ratios.
 */
import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { modelFolder, readConfig } from '#core/config.ts';
import { loadModel } from '#inference/model-folder.ts';
import { commands } from './commands.ts';
import { decoding } from './decoding.ts';
import { gemm } from './gemm.ts';
import { hubModels } from './hub-models.ts';
import { currentCommit, describeMachine } from './machine.ts';
import { preprocessing } from './preprocessing.ts';
import { openRawLoop } from './raw-loop.ts';
import { line, type Row } from './row.ts';
import { throughput } from './throughput.ts';

const SIZES = {
  quick: { rounds: 20, pictures: 64, starts: 3 },
  full: { rounds: 60, pictures: 256, starts: 9 },
} as const;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { json: { type: 'boolean', default: false }, write: { type: 'boolean', default: false } },
});
const [name = 'quick'] = positionals;
if (name !== 'quick' && name !== 'full') {
  process.stderr.write(`There is no "${name}" run. Use: npm run bench -- quick | full [--json] [--write]\n`);
  process.exit(2);
}
const size = SIZES[name];

const machine = describeMachine();
const rows: Row[] = [];
const measure = async (what: string, figures: () => Promise<readonly Row[]>) => {
  process.stderr.write(`measuring ${what} …\n`);
  rows.push(...(await figures()));
};

const model = await loadModel(modelFolder(readConfig().model));
await measure('the machine', () => gemm(size.rounds));
const raw = await openRawLoop(model);
await measure('the worker through the queue', () => throughput(raw, size));
await raw.close();
await measure('decoding', () => decoding(model.folder, size.rounds));
await measure('models of the hub', () => hubModels(size.rounds));
await measure('preprocessing', () => preprocessing(model, size.rounds));
await measure('npm start and sightline ask', () => commands(size.starts));

const commit = currentCommit();
const report = { machine, commit, rows: rows.map((row) => ({ ...row, bar: row.bar?.limit ?? null })) };
const markdown = [
  '# Figures',
  '',
  `${machine.cpu}, ${machine.cores} cores, ${machine.memoryGb} GB, Node ${machine.node}, load ${machine.loadAverage};`,
  `${model.card.id} ${model.card.revision} (${model.dtype}), commit ${commit}, ${new Date().toISOString().slice(0, 10)}, \`npm run bench -- ${name}\`.`,
  '',
  '| figure | median | 95 % interval | bar | reached |',
  '|---|---|---|---|---|',
  ...rows.map(line),
  '',
].join('\n');
process.stdout.write(values.json ? `${JSON.stringify(report)}\n` : markdown);
if (values.write) await writeFile(new URL('./results.md', import.meta.url), markdown);
if (rows.some(({ bar, reached }) => bar?.holds && !reached)) process.exitCode = 1;
