/**
 * The model as it would be used: what it names is found, every file of a folder compared with its card, and one question asked
 * of it on whatever really runs it.
 */
import type { Config } from '#core/config.ts';
import { renderPrompt } from '#core/prompts.ts';
import type { FoundModel } from '#inference/open-engine.ts';
import { deviceWords } from '../start-words.ts';
import { type Check, good, problemOf } from './check.ts';

export async function checkModel(config: Config): Promise<readonly Check[]> {
  const { findModel, startEngine } = await import('#inference/open-engine.ts');
  let found: FoundModel;
  try {
    found = await findModel(config);
  } catch (error) {
    return [problemOf('model', error)];
  }
  const model = good('model', wordsOf(found, config));
  try {
    const { engine } = await startEngine(found, config);
    const { card } = engine;
    try {
      const { width, height } = card.preprocessing;
      const rgb = new Uint8Array(width * height * 3).fill(128);
      const startedAt = performance.now();
      const [output] = await engine.run([
        { image: { rgb, width, height, key: 'doctor' }, ...renderPrompt(card, 'vqa', 'what is this?') },
      ]);
      if (!output?.ok) throw output?.error ?? new Error('The engine gave no output. This is a bug.');
      const tookMs = Math.round(performance.now() - startedAt);
      return [model, good('device', `${deviceWords(engine)}: answered in ${tookMs} ms`)];
    } finally {
      await engine.close();
    }
  } catch (error) {
    return [model, problemOf('device', error)];
  }
}

function wordsOf(found: FoundModel, { model }: Config): string {
  if (found.kind === 'fake') return 'fake, which has no weights and is there to try things';
  if (found.kind === 'remote') return `${model}, on another server`;
  const { id, revision, files } = found.model.card;
  return `${id}, revision ${revision}, ${Object.keys(files).length} files as the card says`;
}
