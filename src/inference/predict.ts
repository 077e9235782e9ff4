/**
 * A batch of inputs to predictions, on the thread that owns the sessions: encode what is new, decode all together, and for
 * answers it doubts, finish the runners-up of the first answer token in one more small batch.
 */
import { SightlineError } from '#core/errors.ts';
import type { ModelCard } from '#core/model-card.ts';
import type { Row } from './decoder-tensors.ts';
import { encodeImages } from './encode.ts';
import type { EngineInput, EngineOutput, Prediction } from './engine.ts';
import type { FeatureCache, ImageFeatures } from './feature-cache.ts';
import { type Generated, generate } from './generate.ts';
import type { Sessions } from './sessions.ts';
import type { PredictOptions } from './thread-server.ts';
import type { TextCodec } from './tokenizer.ts';

/** Below this joint probability the runners-up are worth a second look. */
const DOUBT = 0.6;
/** A runner-up less likely than one in twenty is not worth showing, nor the time. */
const UNLIKELY = Math.log(0.05);
/** Runners-up are short answers; a caption has none worth the time. */
const ALTERNATIVE_TOKENS = 8;

export interface Model {
  readonly sessions: Sessions;
  readonly card: ModelCard;
  readonly codec: TextCodec;
  readonly features: FeatureCache;
}

interface Place {
  readonly index: number;
  readonly row: Row;
  readonly reused: boolean;
}

export async function predict(
  model: Model,
  batch: readonly EngineInput[],
  options: PredictOptions,
): Promise<readonly EngineOutput[]> {
  const outputs: EngineOutput[] = batch.map(() => failed(new SightlineError('cancelled')));
  const asked: { index: number; input: EngineInput; promptIds: readonly number[] }[] = [];
  batch.forEach((input, index) => {
    const promptIds = model.codec.encode(input.prompt);
    const tooLong = lengthError(model.card, promptIds);
    if (tooLong) outputs[index] = failed(tooLong);
    else if (!options.isAborted(index)) asked.push({ index, input, promptIds });
  });
  const started = performance.now();
  const seen = await featuresOf(
    model,
    asked.map(({ input }) => input),
  );
  const encodeMs = performance.now() - started;
  const places = asked.map(({ index, input, promptIds }, place): Place => {
    const { features, reused } = seen[place] as Seen;
    return { index, reused, row: { promptIds, memory: features.memory, maxTokens: input.maxTokens } };
  });
  const decodeStarted = performance.now();
  const rows = places.map(({ row }) => row);
  const generated = await generate(model.sessions.decoder, model.card, rows, {
    isAborted: (row) => options.isAborted((places[row] as Place).index),
    onStep: (row, ids) => options.onPartial?.((places[row] as Place).index, answerText(model, ids)),
  });
  const alternatives = await alternativesOf(model, places, generated);
  const decodeMs = performance.now() - decodeStarted;
  places.forEach(({ index, reused }, row) => {
    if (options.isAborted(index)) return;
    const answer = generated[row] as Generated;
    const prediction = predictionOf(model, answer, alternatives[row] ?? []);
    const prompt = (rows[row] as Row).promptIds.length + model.card.memory.tokens;
    const usage = { prompt, completion: answer.tokens.length };
    outputs[index] = {
      ok: true,
      prediction: { ...prediction, usage, cutOff: answer.cutOff },
      reused,
      encodeMs,
      decodeMs,
    };
  });
  return outputs;
}

function lengthError(card: ModelCard, promptIds: readonly number[]): SightlineError | undefined {
  const limit = card.text.maxQuestionTokens;
  if (promptIds.length <= limit) return undefined;
  return new SightlineError('question_too_long', {
    detail: `${promptIds.length} word pieces, this model takes ${limit}`,
  });
}

const failed = (error: SightlineError): EngineOutput => ({ ok: false, error });

interface Seen {
  readonly features: ImageFeatures;
  readonly reused: boolean;
}

/** Features of each input; pictures with one key are encoded once. */
async function featuresOf(model: Model, inputs: readonly EngineInput[]): Promise<readonly Seen[]> {
  const { sessions, card, features: cache } = model;
  const known = new Map(inputs.map(({ image }) => [image.key, cache.get(image.key)]));
  const fresh = new Map<string, Uint8Array>();
  for (const { image } of inputs) if (!known.get(image.key)) fresh.set(image.key, image.rgb);
  const keys = [...fresh.keys()];
  const encoded =
    keys.length === 0 ? [] : await encodeImages(sessions, card, [...fresh.values()], (size) => cache.take(size));
  const byKey = new Map(keys.map((key, row) => [key, encoded[row] as ImageFeatures]));
  // Only now, as each may push out another and give its memory away to the next batch.
  for (const [key, features] of byKey) cache.set(key, features);
  return inputs.map(({ image: { key } }) => {
    const before = known.get(key);
    return { features: before ?? (byKey.get(key) as ImageFeatures), reused: before !== undefined };
  });
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
      if (logprob < UNLIKELY || id === model.card.tokens.end || id === model.card.tokens.so) continue;
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
    const { tokens, endLogprob, cutOff } = finished[i] as Generated;
    const text = answerText(model, [firstId, ...tokens.map(({ id }) => id)]);
    const all = [...logprobs, ...tokens.map((token) => token.logprob), endLogprob];
    // One that breaks off in mid-sentence is no answer, and seems likelier than it is.
    if (text !== '' && !cutOff) found[place]?.push({ text, logprobs: all });
  });
  const joint = ({ logprobs }: { logprobs: number[] }) => logprobs.reduce((sum, logprob) => sum + logprob, 0);
  return found.map((answers) => answers.sort((a, b) => joint(b) - joint(a)));
}
