/**
 * The engines of all models that are in use, each opened once: one for everything, others for the tasks they were chosen for.
 * @throws SightlineError what opening one throws; those that were open by then are closed
 */
import type { Config } from '#core/config.ts';
import type { SightlineError } from '#core/errors.ts';
import { Task } from '#core/task.ts';
import { type Answerer, type AnswererOptions, createAnswerer } from './answerer.ts';
import type { Engine } from './engine.ts';
import { modelFor, readChoice } from './hub/choice.ts';
import { type EngineConfig, openEngine } from './open-engine.ts';

export interface OpenedModels {
  /** Of the model for everything that no other was chosen for. */
  readonly main: Engine;
  readonly all: readonly Engine[];
  /** By what MODEL, or a choice, calls it. */
  readonly byName: ReadonlyMap<string, Engine>;
  engineFor(task: Task): Engine;
  /** Resolves when one died on its own. */
  readonly broken: Promise<SightlineError>;
  close(): Promise<void>;
}

export type ModelsConfig = EngineConfig & Pick<Config, 'modelIsSet'>;

export async function openModels(config: ModelsConfig): Promise<OpenedModels> {
  const choice = await readChoice(config.dataDir);
  const nameOf = (task?: Task) => modelFor(task, config, choice);
  const engines = new Map<string, Engine>();
  const deaths: Promise<SightlineError>[] = [];
  try {
    for (const name of new Set([nameOf(), ...Task.options.map(nameOf)])) {
      // MODEL_DTYPE is about the model for everything; those of single tasks take their own best.
      const dtype = name === nameOf() ? config.dtype : undefined;
      const { engine, broken } = await openEngine({ ...config, model: name, dtype });
      engines.set(name, engine);
      if (broken) deaths.push(broken);
    }
  } catch (error) {
    await Promise.all([...engines.values()].map((engine) => engine.close()));
    throw error;
  }
  const of = (name: string): Engine => engines.get(name) as Engine;
  return {
    main: of(nameOf()),
    all: [...engines.values()],
    byName: engines,
    engineFor: (task) => of(nameOf(task)),
    broken: Promise.race(deaths),
    close: async () => {
      await Promise.all([...engines.values()].map((engine) => engine.close()));
    },
  };
}

/** One answerer over all of them: each ask goes to the model of its task. */
export function answererOf(models: OpenedModels, options: Omit<AnswererOptions, 'engine'>): Answerer {
  const answerers = new Map(models.all.map((engine) => [engine, createAnswerer({ engine, ...options })]));
  const forTask = (task: Task): Answerer => answerers.get(models.engineFor(task)) as Answerer;
  return {
    answer: (query) => forTask(query.task).answer(query),
    rank: (query) => forTask('rank').rank(query),
    close: async () => {
      await Promise.all([...answerers.values()].map((answerer) => answerer.close()));
    },
  };
}
