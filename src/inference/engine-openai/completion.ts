/**
 * The pieces of a streamed answer put together. Servers differ in what they leave out: all but the text is optional.
 * @throws SightlineError `backend_nonsense`, `backend_broke_off`, `backend_failed`
 */
import { z } from 'zod';
import type { Usage } from '#core/answer.ts';
import { SightlineError } from '#core/errors.ts';
import type { PredictedToken } from '../engine.ts';
import { splitReasoning } from './reasoning.ts';

const count = z.number().int().min(0);
const Chunk = z.object({
  choices: z
    .array(
      z.object({
        delta: z.object({ content: z.string().nullish() }).nullish(),
        finish_reason: z.string().nullish(),
        logprobs: z
          .object({ content: z.array(z.object({ token: z.string(), logprob: z.number() })).nullish() })
          .nullish()
          .catch(undefined),
      }),
    )
    .nullish(),
  usage: z.object({ prompt_tokens: count, completion_tokens: count }).nullish().catch(undefined),
});

export interface Completion {
  /** Reasoning included. */
  readonly text: string;
  /** Empty where the server gives no probabilities. */
  readonly tokens: readonly PredictedToken[];
  readonly usage: Usage | undefined;
  /** The length limit ended it. */
  readonly cutOff: boolean;
}

/** Servers write -9999 or nothing sensible for "never"; below this a token counts as that. */
const LEAST_LOGPROB = -100;
/** A token has a few characters; more than this per token is no language. */
const CHARACTERS_PER_TOKEN = 64;

/** @param onText hears the answer so far, without its reasoning */
export async function readCompletion(
  chunks: AsyncIterable<unknown>,
  maxTokens: number,
  onText: (text: string) => void,
): Promise<Completion> {
  let text = '';
  let finish: string | undefined;
  let usage: Usage | undefined;
  const tokens: PredictedToken[] = [];
  for await (const data of chunks) {
    const chunk = Chunk.safeParse(data);
    if (!chunk.success) throw nonsense('its reply is not a chat completion');
    const { choices, usage: counted } = chunk.data;
    if (counted) usage = { prompt: counted.prompt_tokens, completion: counted.completion_tokens };
    const choice = choices?.[0];
    if (!choice) continue;
    finish = choice.finish_reason ?? finish;
    // Reasoning that a server sends apart has no content, but may have probabilities.
    const piece = choice.delta?.content ?? '';
    if (piece === '') continue;
    for (const { token, logprob } of choice.logprobs?.content ?? []) {
      tokens.push({ text: token, logprob: Math.max(LEAST_LOGPROB, Math.min(0, logprob)) });
    }
    text += piece;
    if (text.length > CHARACTERS_PER_TOKEN * maxTokens) throw nonsense('its answer is far longer than asked for');
    onText(splitReasoning(text).answer);
  }
  return checked({ text, tokens, usage, cutOff: finish === 'length' }, finish);
}

function checked(completion: Completion, finish: string | undefined): Completion {
  if (finish === 'error') throw new SightlineError('backend_failed');
  if (finish === undefined) {
    throw completion.text === '' ? nonsense('its reply holds no answer') : new SightlineError('backend_broke_off');
  }
  if (splitReasoning(completion.text).answer.trim() !== '') return completion;
  if (finish === 'length') throw nonsense('it used up its answer for thinking');
  throw nonsense(finish === 'content_filter' ? 'its filter held the answer back' : 'an empty answer');
}

const nonsense = (detail: string) => new SightlineError('backend_nonsense', { detail });
