/**
 * Chat models (Idefics3, SmolVLM, Qwen2-VL): the picture is encoded once; of a follow-up only the words that are new are read,
 * on the caches of what was said before.
 */
import { Tensor } from '@huggingface/transformers';
import type { EngineInput, EngineOutput } from '../engine.ts';
import { messagesOf, wordsOnly } from './conversation.ts';
import { imageProcessorOf, rawImage, type SpeakingModel } from './open-model.ts';
import { PictureMemory, type RememberedPicture } from './picture-memory.ts';
import { asInputs, createPromptReader, type ReadWhole } from './prompt-ids.ts';
import { sharedPast } from './shared-past.ts';
import { speak } from './speak.ts';

export interface AnswerOptions {
  readonly isAborted: () => boolean;
  readonly onPartial?: ((text: string) => void) | undefined;
}

export interface Answering {
  answer(input: EngineInput, options: AnswerOptions): Promise<EngineOutput>;
  clear(): void;
}

/** Where a model expects pixels and the features are there already. */
const NO_PIXELS = new Tensor('float32', new Float32Array(1), [1]);
/** Pixel masks are as large as the pixels. */
const FOR_ENCODING_ONLY = new Set(['pixel_values', 'pixel_attention_mask']);

export function chatWork(own: SpeakingModel, memoryBytes: number, stopWords: readonly string[]): Answering {
  const { model, processor } = own;
  const memory = new PictureMemory(memoryBytes);
  const imageToken = BigInt((model.config as unknown as { image_token_id: number }).image_token_id);
  const encode = model.encode_image?.bind(model);
  if (!encode) throw new Error('A chat model without encode_image. This is a bug.');
  /** The picture that is talked about: one at a time. */
  let current: RememberedPicture | undefined;

  const processImage = imageProcessorOf(processor);
  // The processors of these families write out the picture's tokens in the prompt: they are told what was found of it before.
  const remembering = Object.assign(async () => current?.inputs ?? {}, { config: processImage.config });
  const remembered = processor as unknown as ((text: string, images: unknown) => Promise<{ input_ids: Tensor }>) & {
    components: { image_processor: unknown };
  };
  const readWhole: ReadWhole = async (text) => [
    ...((await remembered(text, [NO_PIXELS])).input_ids.data as BigInt64Array),
  ];
  const words = wordsOnly(own.specialTokens);
  const reader = createPromptReader(own.tokenizer, imageToken);
  remembered.components.image_processor = remembering;
  model.encode_image = async ({ pixel_values: pixels }) => {
    const features = current?.features;
    if (!features) throw new Error('No picture is talked about. This is a bug.');
    // Asked for without pixels, on caches that hold the picture, the model expects the features of no picture.
    return pixels ? features : new Tensor(features.type, new Float32Array(0), [0, features.dims.at(-1) ?? 0]);
  };

  const encoded = async ({ image }: EngineInput): Promise<RememberedPicture> => {
    const inputs = await processImage([rawImage(image)], { return_row_col_info: true });
    const features = await encode(inputs);
    const small = Object.entries(inputs).filter(([name]) => !FOR_ENCODING_ONLY.has(name));
    return { inputs: Object.fromEntries(small), features };
  };

  return {
    async answer(input, { isAborted, onPartial }) {
      const startedAt = performance.now();
      const known = memory.get(input.image.key);
      const picture = known ?? (await encoded(input));
      memory.keep(input.image.key, picture);
      current = picture;
      const encodeMs = performance.now() - startedAt;
      const text = processor.apply_chat_template(messagesOf(input, words) as never, {
        add_generation_prompt: true,
      }) as string;
      const { ids, opening } = await reader.read(text, readWhole, picture.opening);
      if (opening) picture.opening = opening;
      const past = picture.talk && sharedPast(picture.talk, ids, imageToken);
      // From here on the caches belong to this answer.
      delete picture.talk;
      const spoken = await speak(
        own,
        {
          ...asInputs(ids),
          ...(picture.inputs.image_grid_thw instanceof Tensor && { image_grid_thw: picture.inputs.image_grid_thw }),
          ...(past ? { past_key_values: past } : { pixel_values: NO_PIXELS }),
        },
        { maxTokens: input.maxTokens, stopWords, isAborted, onPartial },
      );
      picture.talk = { ids: spoken.ids.slice(0, -1), past: spoken.past };
      memory.keep(input.image.key, picture);
      const decodeMs = performance.now() - startedAt - encodeMs;
      return { ok: true, prediction: spoken.prediction, reused: known !== undefined, encodeMs, decodeMs };
    },
    clear: () => memory.clear(),
  };
}
