/** Stock transformers.js loads the model folder unchanged and says the same. */
import { dirname } from 'node:path';
import { AutoModelForVision2Seq, AutoTokenizer, env, Tensor } from '@huggingface/transformers';
import { describe, expect, it } from 'vitest';
import { renderPrompt } from '#core/prompts.ts';
import { loadModel } from '#inference/model-folder.ts';
import { toPixelValues } from '#inference/preprocess.ts';
import { FOLDER, golden, rgbOf } from '#test/golden.ts';

env.allowRemoteModels = false;
env.localModelPath = dirname(FOLDER);

describe('stock transformers.js', () => {
  it('generates the same tokens from the same folder', async () => {
    const { card } = await loadModel(FOLDER);
    const tokenizer = await AutoTokenizer.from_pretrained(card.id);
    const model = await AutoModelForVision2Seq.from_pretrained(card.id, { dtype: 'fp32' });
    const { width, height } = card.preprocessing;
    for (const image of golden.images) {
      const pixels = new Tensor('float32', toPixelValues([await rgbOf(image)], card.preprocessing), [
        1,
        3,
        height,
        width,
      ]);
      for (const { task, question, promptIds, tokens } of image.answers) {
        const { prompt, maxTokens } = renderPrompt(card, task, question);
        expect(tokenizer.encode(prompt, { add_special_tokens: false })).toEqual(promptIds);
        const ids = new Tensor('int64', BigInt64Array.from(promptIds, BigInt), [1, promptIds.length]);
        const generated = await model.generate({
          inputs: pixels,
          decoder_input_ids: ids,
          max_new_tokens: maxTokens,
          eos_token_id: card.tokens.end,
          do_sample: false,
        } as Parameters<typeof model.generate>[0]);
        const said = (generated as Tensor).tolist().flat().map(Number).slice(promptIds.length);
        expect(said).toEqual(tokens);
      }
    }
    await model.dispose();
  });
});
