import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { renderPrompt } from '#core/prompts.ts';
import { openPicture, toPixels } from '#images/picture.ts';
import { createOnnxEngine } from '#inference/engine-onnx.ts';
import { loadModel } from '#inference/model-folder.ts';
import { FOLDER } from '#test/golden.ts';

const SAMPLE = new URL('../../web/public/samples/dog-and-pizza.webp', import.meta.url);

it('offers no other answer that breaks off in mid-sentence', async () => {
  const engine = await createOnnxEngine({ model: await loadModel(FOLDER), threads: 1 });
  try {
    const pixels = await toPixels(await openPicture(readFileSync(SAMPLE)), engine.card.preprocessing);
    const tasks = ['caption', 'alt-text'] as const;
    const outputs = await engine.run(
      tasks.map((task) => ({ image: { ...pixels, key: 'sample' }, ...renderPrompt(engine.card, task, '') })),
    );
    const others = outputs.flatMap((output) => (output.ok ? output.prediction.alternatives : []));
    // Where no end was decoded, its log-probability is 0.
    expect(others.filter(({ logprobs }) => logprobs.at(-1) === 0)).toEqual([]);
    expect(outputs.every(({ ok }) => ok)).toBe(true);
  } finally {
    await engine.close();
  }
});
