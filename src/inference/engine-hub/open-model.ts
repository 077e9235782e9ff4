/**
 * Loads the parts of a hub model by transformers.js from the data folder; nothing here reaches a network.
 * The library's own types are those of its JavaScript: what we rely on is written down here, once.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  AutoModelForImageTextToText,
  AutoModelForVision2Seq,
  AutoProcessor,
  AutoTokenizer,
  CLIPTextModelWithProjection,
  CLIPVisionModelWithProjection,
  env,
  LogLevel,
  type PreTrainedModel,
  type PreTrainedTokenizer,
  type Processor,
  RawImage,
  type Tensor,
} from '@huggingface/transformers';
import type { Pixels } from '#core/pixels.ts';
import type { HubThreadData } from './thread-data.ts';

export type ImageInputs = Readonly<Record<string, unknown>> & { readonly pixel_values: Tensor };
type ImageProcessor = ((images: unknown, options?: object) => Promise<ImageInputs>) & {
  readonly config: Record<string, unknown>;
};

/** A model that speaks, with everything it is asked through. */
export interface SpeakingModel {
  readonly model: PreTrainedModel & { encode_image?: (inputs: Record<string, unknown>) => Promise<Tensor> };
  readonly processor: Processor;
  readonly tokenizer: PreTrainedTokenizer;
  readonly endIds: ReadonlySet<number>;
  readonly tokenTexts: Map<number, string>;
  /** By which it tells speakers and pictures apart. */
  readonly specialTokens: readonly string[];
}

export interface TowerModels {
  readonly vision: PreTrainedModel;
  readonly text: PreTrainedModel;
  readonly processor: Processor;
  readonly tokenizer: PreTrainedTokenizer;
}

/** Before anything is loaded in this thread. The library would log a failed run together with the picture's numbers. */
export function setUpLibrary(folder: string): void {
  env.allowRemoteModels = false;
  env.allowLocalModels = true;
  env.localModelPath = `${folder}/`;
  env.useFSCache = false;
  env.logLevel = LogLevel.NONE;
}

export interface LoadOn {
  readonly device: string;
  /** Takes down which provider ran each node, for the probe. */
  readonly profilePrefix: string;
}

function options({ dtypes, threads }: HubThreadData, { device, profilePrefix }: LoadOn) {
  return {
    dtype: dtypes,
    device,
    local_files_only: true,
    session_options: {
      intraOpNumThreads: threads,
      interOpNumThreads: 1,
      logSeverityLevel: 3,
      enableProfiling: true,
      profileFilePrefix: profilePrefix,
    },
  } as unknown as Parameters<typeof AutoModelForImageTextToText.from_pretrained>[1];
}

export async function loadSpeaking(data: HubThreadData, on: LoadOn): Promise<SpeakingModel> {
  const { id, family } = data;
  const auto = family === 'captioner' ? AutoModelForVision2Seq : AutoModelForImageTextToText;
  const [processor, tokenizer] = await Promise.all([loadProcessor(data), AutoTokenizer.from_pretrained(id)]);
  const model = await auto.from_pretrained(id, options(data, on));
  return {
    model: model as SpeakingModel['model'],
    processor,
    tokenizer,
    endIds: endIdsOf(model),
    tokenTexts: new Map(),
    specialTokens: await specialTokensOf(data),
  };
}

export async function loadTowers(data: HubThreadData, on: LoadOn): Promise<TowerModels> {
  const { id } = data;
  const [processor, tokenizer] = await Promise.all([loadProcessor(data), AutoTokenizer.from_pretrained(id)]);
  const vision = await CLIPVisionModelWithProjection.from_pretrained(id, options(data, on));
  try {
    return {
      vision,
      text: await CLIPTextModelWithProjection.from_pretrained(id, options(data, on)),
      processor,
      tokenizer,
    };
  } catch (error) {
    await vision.dispose();
    throw error;
  }
}

/** The operator's bound on a picture's side goes to the model's own processor, which else would scale the picture up again. */
async function loadProcessor({ id, imageSide }: HubThreadData): Promise<Processor> {
  const processor = await AutoProcessor.from_pretrained(id);
  const own = processor.image_processor as unknown as {
    size?: { longest_edge?: number };
    max_pixels?: number;
    min_pixels?: number;
  };
  if (imageSide !== undefined) {
    if (own.size?.longest_edge !== undefined) own.size.longest_edge = Math.min(own.size.longest_edge, imageSide);
    if (own.max_pixels !== undefined)
      own.max_pixels = Math.max(own.min_pixels ?? 0, Math.min(own.max_pixels, imageSide ** 2));
  }
  return processor;
}

export const imageProcessorOf = (processor: Processor): ImageProcessor =>
  processor.image_processor as unknown as ImageProcessor;

export const rawImage = ({ rgb, width, height }: Pixels): RawImage =>
  new RawImage(new Uint8ClampedArray(rgb.buffer, rgb.byteOffset, rgb.byteLength), width, height, 3);

/** From tokenizer.json, as the library keeps only some of them. */
async function specialTokensOf({ folder, id }: HubThreadData): Promise<readonly string[]> {
  const text = await readFile(join(folder, id, 'tokenizer.json'), 'utf8');
  const { added_tokens: added = [] } = JSON.parse(text) as { added_tokens?: { content: string; special: boolean }[] };
  return added.filter(({ special }) => special).map(({ content }) => content);
}

function endIdsOf(model: PreTrainedModel): ReadonlySet<number> {
  const { config, generation_config: generation } = model as unknown as {
    config: { eos_token_id?: number | number[]; text_config?: { eos_token_id?: number | number[] } };
    generation_config?: { eos_token_id?: number | number[] } | null;
  };
  const ids = generation?.eos_token_id ?? config.eos_token_id ?? config.text_config?.eos_token_id ?? [];
  return new Set([ids].flat().map(Number));
}
