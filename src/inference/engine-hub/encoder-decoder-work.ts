/**
 * Models with an encoder and a decoder that looks at it: Florence-2, told its task by a token, and captioners that are told
 * nothing. The picture is encoded once; what is asked of it next only decodes.
 */
import { Tensor } from '@huggingface/transformers';
import type { EngineInput } from '../engine.ts';
import type { Answering, AnswerOptions } from './chat-work.ts';
import { type ImageInputs, imageProcessorOf, rawImage, type SpeakingModel } from './open-model.ts';
import { PictureMemory } from './picture-memory.ts';
import { speak } from './speak.ts';

interface EncoderDecoder {
  encode(inputs: ImageInputs): Promise<Tensor>;
  /** What `generate` is given for a picture that is encoded. */
  inputs(features: Tensor, prompt: string): Readonly<Record<string, unknown>>;
}

/** Where a model expects pixels and the features are there already: one row, so that it knows the size of the batch. */
const NO_PIXELS = new Tensor('float32', new Float32Array(1), [1, 1, 1, 1]);

export function encoderDecoderWork(
  own: SpeakingModel,
  kind: 'tasker' | 'captioner',
  memoryBytes: number,
  stopWords: readonly string[],
): Answering {
  const memory = new PictureMemory(memoryBytes);
  const { encode, inputs } = kind === 'tasker' ? tasker(own) : captioner(own);
  const processImage = imageProcessorOf(own.processor);
  return {
    async answer(input: EngineInput, { isAborted, onPartial }: AnswerOptions) {
      const startedAt = performance.now();
      const known = memory.get(input.image.key);
      const picture = known ?? { inputs: {}, features: await encode(await processImage(rawImage(input.image))) };
      memory.keep(input.image.key, picture);
      const encodeMs = performance.now() - startedAt;
      const { prediction } = await speak(own, inputs(picture.features, input.prompt), {
        maxTokens: input.maxTokens,
        stopWords,
        isAborted,
        onPartial,
      });
      const decodeMs = performance.now() - startedAt - encodeMs;
      return { ok: true, prediction, reused: known !== undefined, encodeMs, decodeMs };
    },
    clear: () => memory.clear(),
  };
}

function tasker({ model, processor, tokenizer }: SpeakingModel): EncoderDecoder {
  const encode = model.encode_image?.bind(model);
  if (!encode) throw new Error('A model told its task without encode_image. This is a bug.');
  const { construct_prompts: construct } = processor as unknown as { construct_prompts(text: string): string[] };
  return {
    encode: ({ pixel_values }) => encode({ pixel_values }),
    inputs(features, prompt) {
      model.encode_image = async () => features;
      return { ...tokenizer(construct.call(processor, prompt)), pixel_values: NO_PIXELS };
    },
  };
}

function captioner({ model }: SpeakingModel): EncoderDecoder {
  const { forward_params: accepted, sessions } = model as unknown as {
    forward_params: string[];
    sessions: {
      model: { run(feeds: object): Promise<{ last_hidden_state: ConstructorParameters<typeof Tensor>[0] }> };
    };
  };
  // The library takes encoder outputs for this family but does not list them.
  accepted.push('encoder_outputs');
  return {
    async encode({ pixel_values: pixels }) {
      const { ort_tensor: ortTensor } = pixels as unknown as { ort_tensor: object };
      return new Tensor((await sessions.model.run({ pixel_values: ortTensor })).last_hidden_state as never);
    },
    inputs: (features) => ({ pixel_values: NO_PIXELS, encoder_outputs: features }),
  };
}
