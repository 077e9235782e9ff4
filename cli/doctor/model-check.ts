/**
 * The model: every file against the hash on its card, then one question really answered, as only that shows which device
 * runs it.
 */
import { type Config, modelFolder } from '#core/config.ts';
import { renderPrompt } from '#core/prompts.ts';
import { type Check, good, problemOf } from './check.ts';

export async function checkModel({ model: name, dtype, threads }: Config): Promise<readonly Check[]> {
  const chosen = dtype === undefined ? {} : { dtype };
  let loaded: Awaited<ReturnType<typeof import('#inference/model-folder.ts')['loadModel']>>;
  try {
    const { loadModel } = await import('#inference/model-folder.ts');
    loaded = await loadModel(modelFolder(name), { ...chosen, verify: true });
  } catch (error) {
    return [problemOf('model', error)];
  }
  const { card } = loaded;
  const files = Object.keys(card.files).length;
  const model = good('model', `${card.id}, revision ${card.revision}, ${files} files as the card says`);
  try {
    const { createOnnxEngine } = await import('#inference/engine-onnx.ts');
    const engine = await createOnnxEngine({ model: loaded, threads });
    try {
      const { width, height } = card.preprocessing;
      const rgb = new Uint8Array(width * height * 3).fill(128);
      const startedAt = performance.now();
      const [output] = await engine.run([
        { image: { rgb, width, height, key: 'doctor' }, ...renderPrompt(card, 'vqa', 'what is this?') },
      ]);
      if (!output?.ok) throw output?.error ?? new Error('The engine gave no output. This is a bug.');
      const tookMs = Math.round(performance.now() - startedAt);
      const { name: device, dtype: weights, threads: used, runtime } = engine.device;
      const found = `${device}, ${weights}, ${used} thread${used === 1 ? '' : 's'}, ${runtime}: answered in ${tookMs} ms`;
      return [model, good('device', found)];
    } finally {
      await engine.close();
    }
  } catch (error) {
    return [model, problemOf('device', error)];
  }
}
