/**
 * `npm run bench -- quick [--json] [--write] [--only part]`: measures, prints, and fails when a bar that must hold is
 * missed. All variants run in one process tree, in rotation; ratios are medians of per-round ratios.
 */
import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { modelFolder, readConfig } from '#core/config.ts';
import { loadModel } from '#inference/model-folder.ts';
import { commands } from './commands.ts';
import { decoding } from './decoding.ts';
import { discord } from './discord.ts';
import { gemm } from './gemm.ts';
import { hubModels } from './hub-models.ts';
import { currentCommit, describeMachine } from './machine.ts';
import { preprocessing } from './preprocessing.ts';
import { line, type Row } from './row.ts';
import { throughput } from './throughput.ts';

const SIZES = {
  quick: { rounds: 20, pictures: 64, starts: 3, mentions: 60, bursts: 300 },
  full: { rounds: 60, pictures: 256, starts: 9, mentions: 300, bursts: 1_500 },
} as const;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    json: { type: 'boolean', default: false },
    write: { type: 'boolean', default: false },
    only: { type: 'string' },
  },
});
const [name = 'quick'] = positionals;
const wrong = (what: string): never => {
  process.stderr.write(`${what} Use: npm run bench -- quick | full [--json] [--write] [--only part]\n`);
  process.exit(2);
};
if (name !== 'quick' && name !== 'full') wrong(`There is no "${name}" run.`);
const size = SIZES[name as keyof typeof SIZES];

const machine = describeMachine();
const model = await loadModel(modelFolder(readConfig().model));
const parts: Readonly<Record<string, () => Promise<readonly Row[]>>> = {
  gemm: () => gemm(size.rounds),
  worker: () => throughput(model, size),
  decoding: () => decoding(model.folder, size.rounds),
  hub: () => hubModels(size.rounds),
  preprocessing: () => preprocessing(model, size.rounds),
  commands: () => commands(size.starts),
  discord: () => discord(size),
};
const { only } = values;
if (only !== undefined && !Object.hasOwn(parts, only))
  wrong(`There is no part "${only}", only ${Object.keys(parts).join(', ')}.`);
// A part alone is for looking while one works: the results are those of a whole run.
if (only !== undefined && values.write) wrong('--write takes a whole run.');
const rows: Row[] = [];
for (const [part, figures] of Object.entries(parts)) {
  if (only !== undefined && part !== only) continue;
  process.stderr.write(`measuring ${part} …\n`);
  rows.push(...(await figures()));
}

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
