/**
 * One greedy answer by transformers.js: tokens with their probabilities, text as it grows, an early end when the asker has
 * left or a stop word was said.
 */
import {
  LogitsProcessorList,
  type PreTrainedModel,
  type PreTrainedTokenizer,
  StoppingCriteria,
  type Tensor,
} from '@huggingface/transformers';
import type { Prediction } from '../engine.ts';
import { shownSoFar, spokenText } from './spoken-text.ts';
import { LogprobRecorder, TokenStream } from './token-log.ts';

export interface SpeakOptions {
  readonly maxTokens: number;
  readonly stopWords: readonly string[];
  readonly isAborted: () => boolean;
  readonly onPartial?: ((text: string) => void) | undefined;
}

export interface Speaker {
  readonly model: PreTrainedModel;
  readonly tokenizer: PreTrainedTokenizer;
  /** Any of these ends an answer. */
  readonly endIds: ReadonlySet<number>;
  /** Texts of tokens by id: there are no more of them than the vocabulary has, and a decoder is slow to ask. */
  readonly tokenTexts: Map<number, string>;
}

export interface Spoken {
  readonly prediction: Prediction;
  /** Prompt and answer. */
  readonly ids: readonly bigint[];
  /** The caches after all of `ids` but the last. */
  readonly past: Record<string, Tensor>;
}

class StopWhen extends StoppingCriteria {
  readonly #stop: () => boolean;
  constructor(stop: () => boolean) {
    super();
    this.#stop = stop;
  }
  override _call(ids: number[][]): boolean[] {
    return ids.map(() => this.#stop());
  }
}

/** A person reads no faster, and a page is told no oftener (src/queue/progress.ts). The first token is shown at once. */
const SHOWN_EVERY_MS = 50;
const NO_ATTENTION = new Float32Array(0);

export async function speak(
  { model, tokenizer, endIds, tokenTexts }: Speaker,
  inputs: Readonly<Record<string, unknown>>,
  { maxTokens, stopWords, isAborted, onPartial }: SpeakOptions,
): Promise<Spoken> {
  const decode = (ids: readonly number[]): string =>
    ids.length === 0
      ? ''
      : tokenizer.decode([...ids], { skip_special_tokens: true, clean_up_tokenization_spaces: false });
  const textOf = (id: number): string => {
    const text = tokenTexts.get(id) ?? decode([id]);
    tokenTexts.set(id, text);
    return text;
  };
  const recorder = new LogprobRecorder();
  const processors = new LogitsProcessorList();
  processors.push(recorder);
  let shownAt = Number.NEGATIVE_INFINITY;
  const streamer = new TokenStream(() => {
    const last = streamer.ids.at(-1);
    if (!onPartial || last === undefined || endIds.has(last) || performance.now() - shownAt < SHOWN_EVERY_MS) return;
    shownAt = performance.now();
    onPartial(shownSoFar(decode(streamer.ids), stopWords));
  });
  const stopped = () => stopWords.length > 0 && spokenText(decode(streamer.ids), stopWords).stopped;
  const { sequences, past_key_values: past } = (await model.generate({
    ...inputs,
    max_new_tokens: maxTokens,
    do_sample: false,
    return_dict_in_generate: true,
    streamer,
    logits_processor: processors,
    stopping_criteria: [new StopWhen(() => isAborted() || stopped())],
  } as unknown as Parameters<PreTrainedModel['generate']>[0])) as unknown as {
    sequences: Tensor;
    past_key_values: Record<string, Tensor>;
  };
  const { ids } = streamer;
  const ended = endIds.has(ids.at(-1) ?? -1);
  const said = ended ? ids.slice(0, -1) : ids;
  return {
    prediction: {
      text: spokenText(decode(said), stopWords).text,
      rationale: null,
      tokens: said.map((id, step) => ({ text: textOf(id), logprob: recorder.logprobs[step] ?? 0 })),
      endLogprob: ended ? (recorder.logprobs.at(-1) ?? 0) : 0,
      rationaleTokens: 0,
      attention: NO_ATTENTION,
      alternatives: [],
      cutOff: !ended && said.length >= maxTokens,
    },
    ids: [...(sequences.data as BigInt64Array)],
    past,
  };
}
