/** The bare onnxruntime loop: the same graphs at a batch of eight, pixels ready, nothing but tensors. The worker is held against it. */
import { renderPrompt } from '#core/prompts.ts';
import { openPicture, toRgb } from '#images/picture.ts';
import { encodeImages } from '#inference/encode.ts';
import { generate } from '#inference/generate.ts';
import type { LoadedModel } from '#inference/model-folder.ts';
import { openSessions } from '#inference/sessions.ts';
import { loadTokenizer } from '#inference/tokenizer.ts';

export const BATCH = 8;
export const QUESTION = 'What is in the top left?';

export async function openRawLoop(model: LoadedModel) {
  const { card } = model;
  const [sessions, codec] = await Promise.all([
    openSessions(model.sessions, 1),
    loadTokenizer(model.tokenizer, model.tokenizerConfig),
  ]);
  const { prompt, maxTokens } = renderPrompt(card, 'vqa', QUESTION);
  const promptIds = codec.encode(prompt);
  const textOf = (ids: readonly number[]) => codec.decode(ids.slice(ids.lastIndexOf(card.tokens.so) + 1)).trim();
  return {
    card,
    codec,
    promptIds,
    maxTokens,
    prepare: async (pictures: readonly Uint8Array[]) =>
      Promise.all(pictures.map(async (bytes) => toRgb(await openPicture(bytes), card.preprocessing))),
    async answer(rgb: readonly Uint8Array[], batch = BATCH): Promise<string[]> {
      const texts: string[] = [];
      for (let from = 0; from < rgb.length; from += batch) {
        const features = await encodeImages(sessions, card, rgb.slice(from, from + batch));
        const rows = features.map(({ memory }) => ({ promptIds, memory, maxTokens }));
        const generated = await generate(sessions.decoder, card, rows);
        texts.push(...generated.map(({ tokens }) => textOf(tokens.map(({ id }) => id))));
      }
      return texts;
    },
    close: () => sessions.release(),
  };
}

export type RawLoop = Awaited<ReturnType<typeof openRawLoop>>;
