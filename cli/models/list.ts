/** `models list`: what is here and in use, and what is known to fit. */
import type { Config } from '#core/config.ts';
import { hubModelName } from '#core/hub-name.ts';
import { Task } from '#core/task.ts';
import { KNOWN_MODELS } from '#inference/hub/catalog.ts';
import { modelFor, readChoice } from '#inference/hub/choice.ts';
import { readLock } from '#inference/hub/lock.ts';
import { EXIT } from '../exit.ts';
import { printable, say, sayJson, type Terminal } from '../terminal.ts';
import { megabytes } from './sizes.ts';

export async function listCommand(config: Config, json: boolean, terminal: Terminal): Promise<number> {
  const [{ models }, choice] = await Promise.all([readLock(config.dataDir), readChoice(config.dataDir)]);
  const here = Object.entries(models).map(([id, { commit, licence, files }]) => ({
    id,
    commit,
    licence,
    bytes: Object.values(files).reduce((sum, { bytes }) => sum + bytes, 0),
  }));
  const everything = modelFor(undefined, config, choice);
  const tasks = Task.options
    .map((task) => ({ task, model: modelFor(task, config, choice) }))
    .filter(({ model }) => model !== everything);
  const known = KNOWN_MODELS.filter(({ id }) => !Object.hasOwn(models, id));
  if (json) {
    sayJson(terminal, { inUse: { everything, tasks }, here, known });
    return EXIT.ok;
  }
  const line = (text: string) => say(terminal.stdout, printableLine(text));
  line(`In use: ${everything}${config.modelIsSet ? ' (by MODEL)' : ''}`);
  for (const { task, model } of tasks) line(`  for ${task}: ${model}`);
  line(here.length === 0 ? 'Pulled: none yet' : 'Pulled:');
  for (const { id, commit, licence, bytes } of here) {
    line(`  ${hubModelName(id)}  ${megabytes(bytes)}, ${licence}, commit ${commit.slice(0, 12)}`);
  }
  line('Known to fit ("sightline models pull <id>"):');
  for (const { id, licence, tasks: able, goodAt, memory } of known) {
    line(`  ${id}  ${licence ?? 'no licence stated'}; ${able.join(', ')}`);
    line(`    ${goodAt}${memory ? ` Its page says: ${memory.says}.` : ''}`);
  }
  return EXIT.ok;
}

const printableLine = (text: string): string => /^\s*/.exec(text)?.[0] + printable(text.trimStart());
