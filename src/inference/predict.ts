/**
 * A batch of inputs to predictions, on the thread that owns the sessions: encode what is new, decode all together, and for
 * answers it doubts, finish the runners-up of the first answer token in one more small batch.
 */
import { SightlineError } from '#core/errors.ts';
import type { ModelCard } from '#core/model-card.ts';
import { encodeImages } from './encode.ts';
import type { EngineInput, EngineOutput, ImageFeatures, Prediction } from './engine.ts';
import { type Generated, generate, type Row } from './generate.ts';
import type { Sessions } from './sessions.ts';
import type { TextCodec } from './tokenizer.ts';

/** Below this joint probability the runners-up are worth a second look. */
const DOUBT = 0.6;
/** Runners-up are short answers; a caption has none worth the time. */
const ALTERNATIVE_TOKENS = 8;

export interface Model {
  readonly sessions: Sessions;
  readonly card: ModelCard;
  readonly codec: TextCodec;
}

export interface PredictOptions {
  readonly onPartial?: (index: number, text: string) => void;
  readonly isAborted: (index: number) => boolean;
}

interface Place {
  readonly index: number;
  readonly row: Row;
  readonly features: ImageFeatures;
}

export async function predict(
  model: Model,
  batch: readonly EngineInput[],
  options: PredictOptions,
): Promise<readonly EngineOutput[]> {
  const started = performance.now();
  const features = await featuresOf(model, batch);
  const encodeMs = performance.now() - started;
  const outputs: EngineOutput[] = batch.map(() => failed(new SightlineError('cancelled')));
  const places: Place[] = [];
  batch.forEach((input, index) => {
    const promptIds = model.codec.encode(input.prompt);
    const limit = model.card.text.maxQuestionTokens;
    if (promptIds.length > limit) {
      const detail = `${promptIds.length} word pieces, this model takes ${limit}`;
      outputs[index] = failed(new SightlineError('question_too_long', { detail }));
      return;
    }
    const known = features[index] as ImageFeatures;
    places.push({ index, features: known, row: { promptIds, memory: known.memory, maxTokens: input.maxTokens } });
  });
  const decodeStarted = performance.now();
  const rows = places.map(({ row }) => row);
  const generated = await generate(model.sessions.decoder, model.card, rows, {
    isAborted: (row) => options.isAborted((places[row] as Place).index),
    onStep: (row, ids) => options.onPartial?.((places[row] as Place).index, answerText(model, ids)),
  });
  const alternatives = await alternativesOf(model, places, generated);
  const decodeMs = performance.now() - decodeStarted;
  places.forEach(({ index, features: known }, row) => {
    if (options.isAborted(index)) return;
    const prediction = predictionOf(model, generated[row] as Generated, alternatives[row] ?? []);
    outputs[index] = { ok: true, prediction, features: known, encodeMs, decodeMs };
  });
  return outputs;
}

const failed = (error: SightlineError): EngineOutput => ({ ok: false, error });

/** Features of each input; pictures with one key are encoded once. */
async function featuresOf(model: Model, batch: readonly EngineInput[]): Promise<readonly ImageFeatures[]> {
  const pictures = new Map<string, Uint8Array>();
  for (const { image } of batch) if ('rgb' in image) pictures.set(image.key, image.rgb);
  const encoded = pictures.size === 0 ? [] : await encodeImages(model.sessions, model.card, [...pictures.values()]);
  const byKey = new Map([...pictures.keys()].map((key, row) => [key, encoded[row] as ImageFeatures]));
  return batch.map(({ image }) => ('features' in image ? image.features : (byKey.get(image.key) as ImageFeatures)));
}

/** How many of the tokens come before the answer, `<|so|>` included. */
const rationaleLength = (card: ModelCard, ids: readonly number[]): number => ids.lastIndexOf(card.tokens.so) + 1;

const answerText = ({ card, codec }: Model, ids: readonly number[]): string =>
  codec.decode(ids.slice(rationaleLength(card, ids))).trim();

function predictionOf(model: Model, generated: Generated, alternatives: Prediction['alternatives']): Prediction {
  const { tokens, endLogprob } = generated;
  const ids = tokens.map(({ id }) => id);
  const rationaleTokens = rationaleLength(model.card, ids);
  const attention = new Float32Array(tokens.length * model.card.memory.tokens); // [tokens, P]
  tokens.forEach((token, t) => {
    attention.set(token.attention, t * model.card.memory.tokens);
  });
  return {
    text: answerText(model, ids),
    rationale: rationaleTokens === 0 ? null : model.codec.decode(ids.slice(0, rationaleTokens - 1)).trim(),
    tokens: tokens.map(({ id, logprob }) => ({ text: model.codec.decode([id]), logprob })),
    endLogprob,
    rationaleTokens,
    attention,
    alternatives,
  };
}

/** Per place the finished runners-up, likeliest first; empty where the answer is not in doubt. */
async function alternativesOf(
  model: Model,
  places: readonly Place[],
  generated: readonly Generated[],
): Promise<readonly Prediction['alternatives'][]> {
  const tries: { place: number; logprobs: number[]; firstId: number; row: Row }[] = [];
  generated.forEach(({ tokens, endLogprob }, place) => {
    const ids = tokens.map(({ id }) => id);
    const start = rationaleLength(model.card, ids);
    const joint = Math.exp(tokens.reduce((sum, { logprob }) => sum + logprob, endLogprob));
    const first = tokens[start];
    if (joint >= DOUBT || !first || ids.length - start > ALTERNATIVE_TOKENS) return;
    const { row } = places[place] as Place;
    const before = tokens.slice(0, start);
    for (const { id, logprob } of first.others) {
      if (id === model.card.tokens.end || id === model.card.tokens.so) continue;
      const promptIds = [...row.promptIds, ...before.map((token) => token.id), id];
      const logprobs = [...before.map((token) => token.logprob), logprob];
      tries.push({ place, logprobs, firstId: id, row: { ...row, promptIds, maxTokens: ALTERNATIVE_TOKENS } });
    }
  });
  const found: { text: string; logprobs: number[] }[][] = generated.map(() => []);
  if (tries.length === 0) return found;
  const finished = await generate(
    model.sessions.decoder,
    model.card,
    tries.map(({ row }) => row),
  );
  tries.forEach(({ place, logprobs, firstId }, i) => {
    const { tokens, endLogprob } = finished[i] as Generated;
    const text = answerText(model, [firstId, ...tokens.map(({ id }) => id)]);
    const all = [...logprobs, ...tokens.map((token) => token.logprob), endLogprob];
    if (text !== '') found[place]?.push({ text, logprobs: all });
  });
  const joint = ({ logprobs }: { logprobs: number[] }) => logprobs.reduce((sum, logprob) => sum + logprob, 0);
  return found.map((answers) => answers.sort((a, b) => joint(b) - joint(a)));
}
