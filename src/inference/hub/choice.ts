/**
 * Which model does what, as "sightline models use" wrote it down: one for everything, others for single tasks. MODEL in the
 * environment goes before all of it.
 */
import { z } from 'zod';
import { Task } from '#core/task.ts';
import { readJsonFile, writeJsonFile } from './json-file.ts';
import { choiceFile } from './store.ts';

const Choice = z.object({ everything: z.string().optional(), tasks: z.partialRecord(Task, z.string()) });
export type Choice = z.infer<typeof Choice>;

export const readChoice = (dataDir: string): Promise<Choice> =>
  readJsonFile(choiceFile(dataDir), Choice, { tasks: {} });

export async function chooseModel(dataDir: string, model: string, task?: Task): Promise<Choice> {
  const before = await readChoice(dataDir);
  const choice: Choice =
    task === undefined ? { ...before, everything: model } : { ...before, tasks: { ...before.tasks, [task]: model } };
  await writeJsonFile(choiceFile(dataDir), choice);
  return choice;
}

/** Takes a model off everything it was chosen for. */
export async function unchooseModel(dataDir: string, model: string): Promise<void> {
  const { everything, tasks } = await readChoice(dataDir);
  const kept = Object.entries(tasks).filter(([, chosen]) => chosen !== model);
  const choice: Choice = {
    ...(everything !== undefined && everything !== model && { everything }),
    tasks: Object.fromEntries(kept),
  };
  await writeJsonFile(choiceFile(dataDir), choice);
}

export interface ConfiguredModel {
  readonly model: string;
  /** MODEL is set. */
  readonly modelIsSet: boolean;
}

export function modelFor(task: Task | undefined, { model, modelIsSet }: ConfiguredModel, choice: Choice): string {
  if (modelIsSet) return model;
  return (task && choice.tasks[task]) ?? choice.everything ?? model;
}
