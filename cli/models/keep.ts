/** `models use`, `remove` and `verify`: which model does what, and what lies in the data folder. */
import { rm } from 'node:fs/promises';
import type { Config } from '#core/config.ts';
import { hubModelId, hubModelName } from '#core/hub-name.ts';
import type { Task } from '#core/task.ts';
import { chooseModel, unchooseModel } from '#inference/hub/choice.ts';
import { lockedModel, lockModel, readLock, verifyLocked } from '#inference/hub/lock.ts';
import { folderOf } from '#inference/hub/store.ts';
import { EXIT } from '../exit.ts';
import { say, sayJson, type Terminal } from '../terminal.ts';

/** A bare `owner/name` is meant for the hub's; anything else is a model folder of ours. */
const nameOf = (model: string): string =>
  hubModelId(model) === undefined && /^[^./\\][^/\\]*\/[^/\\]+$/.test(model) ? hubModelName(model) : model;

export async function useCommand(
  { model, task, json }: { readonly model: string; readonly task?: Task | undefined; readonly json: boolean },
  { dataDir, modelIsSet }: Config,
  terminal: Terminal,
): Promise<number> {
  const name = nameOf(model);
  const id = hubModelId(name);
  if (id !== undefined) await lockedModel(dataDir, id);
  const { everything, tasks } = await chooseModel(dataDir, name, task);
  if (json) sayJson(terminal, { everything, tasks });
  else say(terminal.stdout, `${name} is used for ${task ?? 'everything'} from the next start on.`);
  if (modelIsSet) say(terminal.stderr, 'sightline: MODEL is set and goes before this; unset it.');
  return EXIT.ok;
}

export async function removeCommand(
  id: string,
  json: boolean,
  { dataDir }: Config,
  terminal: Terminal,
): Promise<number> {
  await lockedModel(dataDir, id);
  await rm(folderOf(dataDir, id), { recursive: true, force: true });
  await lockModel(dataDir, id, undefined);
  await unchooseModel(dataDir, hubModelName(id));
  if (json) sayJson(terminal, { removed: id });
  else say(terminal.stdout, `${id} is gone, and its commit is forgotten.`);
  return EXIT.ok;
}

export async function verifyCommand(
  id: string | undefined,
  json: boolean,
  { dataDir }: Config,
  terminal: Terminal,
): Promise<number> {
  const { models } = await readLock(dataDir);
  const ids = id === undefined ? Object.keys(models) : [id];
  const verified: { id: string; files: number }[] = [];
  for (const each of ids) {
    const files = Object.keys((await lockedModel(dataDir, each)).files);
    await verifyLocked(dataDir, each, files);
    verified.push({ id: each, files: files.length });
  }
  if (json) sayJson(terminal, { verified });
  else if (verified.length === 0) say(terminal.stdout, 'No model was pulled yet.');
  else for (const { id: each, files } of verified) say(terminal.stdout, `${each}: ${files} files as they were locked`);
  return EXIT.ok;
}
