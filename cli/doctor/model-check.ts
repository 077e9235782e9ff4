/**
 * The model: every file against the hash on its card, then one question really answered, as only that shows which device
 * runs it.
 */
import type { Config } from '#core/config.ts';
import type { ModelCard } from '#core/model-card.ts';
import { renderPrompt } from '#core/prompts.ts';
import { type Check, good, problemOf } from './check.ts';

export async function checkModel(config: Config): Promise<readonly Check[]> {
  const { findModel, startEngine } = await import('#inference/open-engine.ts');
  let found: Awaited<ReturnType<typeof findModel>>;
  try {
    found = await findModel(config);
  } catch (error) {
    return [problemOf('model', error)];
  }
  const model = good('model', found ? filesOf(found.card) : 'fake, which has no weights and is there to try things');
  try {
    const { engine } = await startEngine(found, config);
    const { card } = engine;
    try {
      const rgb = new Uint8Array(card.preprocessing.width * card.preprocessing.height * 3).fill(128);
      const startedAt = performance.now();
      const [output] = await engine.run([
        { image: { rgb, key: 'doctor' }, ...renderPrompt(card, 'vqa', 'what is this?') },
      ]);
      if (!output?.ok) throw output?.error ?? new Error('The engine gave no output. This is a bug.');
      const tookMs = Math.round(performance.now() - startedAt);
      const { name: device, dtype: weights, threads: used, runtime } = engine.device;
      const words = `${device}, ${weights}, ${used} thread${used === 1 ? '' : 's'}, ${runtime}: answered in ${tookMs} ms`;
      return [model, good('device', words)];
    } finally {
      await engine.close();
    }
  } catch (error) {
    return [model, problemOf('device', error)];
  }
}

const filesOf = ({ id, revision, files }: ModelCard): string =>
  `${id}, revision ${revision}, ${Object.keys(files).length} files as the card says`;
