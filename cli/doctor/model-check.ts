/**
 * The models in use: every file against its hash, then something really asked of each, as only that shows which device runs it.
 */
import type { Config } from '#core/config.ts';
import type { EngineCard } from '#core/model-card.ts';
import { remoteModel } from '#core/model-name.ts';
import type { Pixels } from '#core/pixels.ts';
import { renderPrompt } from '#core/prompts.ts';
import type { PromptedTask } from '#core/task.ts';
import type { Engine } from '#inference/engine.ts';
import { deviceWords } from '../start-words.ts';
import { type Check, good, problem, problemOf } from './check.ts';

export async function checkModel(config: Config): Promise<readonly Check[]> {
  try {
    // Opening one holds its files to their hashes.
    const { openModels } = await import('#inference/open-models.ts');
    const models = await openModels(config);
    try {
      const checks: Check[] = [];
      for (const [name, engine] of models.byName) {
        checks.push(good('model', modelWords(name, engine.card)), await checkDevice(engine));
      }
      return checks;
    } finally {
      await models.close();
    }
  } catch (error) {
    return [problemOf('model', error)];
  }
}

function modelWords(name: string, { id, revision, license }: EngineCard): string {
  if (name === 'fake') return 'fake, which has no weights and is there to try things';
  if (remoteModel(name)) return `${name}, on another server`;
  return `${id}, revision ${revision.slice(0, 12)}, ${license}, its files as they should be`;
}

async function checkDevice(engine: Engine): Promise<Check> {
  try {
    const tookMs = await usedFor(engine);
    const found = `${deviceWords(engine)}: answered in ${tookMs} ms`;
    if (engine.device.warning === undefined) return good('device', found);
    return problem('device', found, 'See docs/gpu.md, or set MODEL_DEVICE to what there is.');
  } catch (error) {
    return problemOf('device', error);
  }
}

/** Milliseconds for what the model can do: an answer, else an embedding. */
async function usedFor(engine: Engine): Promise<number> {
  const { card } = engine;
  const { width, height } = card.preprocessing;
  const grey: Pixels = { rgb: new Uint8Array(width * height * 3).fill(128), width, height };
  const [task] = Object.keys(card.tasks) as PromptedTask[];
  const startedAt = performance.now();
  if (task === undefined) await engine.embedImages([grey]);
  else {
    const [output] = await engine.run([
      { image: { ...grey, key: 'doctor' }, ...renderPrompt(card, task, 'what is this?') },
    ]);
    // A model with nothing to say about a grey square has run all the same.
    if (output?.ok !== true && output?.error.code !== 'empty_answer') {
      throw output?.error ?? new Error('The engine gave no output. This is a bug.');
    }
  }
  return Math.round(performance.now() - startedAt);
}
