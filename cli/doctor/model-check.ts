/**
 * The model: every file against the hash on its card, then one question really answered, as only that shows which device
 * runs it.
 */
import type { Config } from '#core/config.ts';
import { renderPrompt } from '#core/prompts.ts';
import type { Engine } from '#inference/engine.ts';
import { deviceWords } from '../start-words.ts';
import { type Check, good, problemOf } from './check.ts';

export async function checkModel(config: Config): Promise<readonly Check[]> {
  let engine: Engine;
  try {
    const { openEngine } = await import('#inference/open-engine.ts');
    // Every file of a model folder is compared with its card before it is used.
    engine = (await openEngine(config)).engine;
  } catch (error) {
    return [problemOf('model', error)];
  }
  const { card } = engine;
  const files = 'files' in card ? Object.keys(card.files as object).length : 0;
  const verified = files > 0 ? `, ${files} files as the card says` : '';
  const model = good('model', `${card.id}, revision ${card.revision}${verified}`);
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
  } catch (error) {
    return [model, problemOf('device', error)];
  } finally {
    await engine.close();
  }
}
