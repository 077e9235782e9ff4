/** An answer as a chat completion, whole or in pieces. */
import type { AnswerOutcome } from '#core/answer.ts';
import { sentenceFor } from '#core/errors.ts';

type Answered = Extract<AnswerOutcome, { ok: true }>;
export type FinishReason = 'stop' | 'length';

export interface ChatHead {
  readonly id: string;
  readonly created: number;
  readonly model: string;
}

/** Of several pictures each has a line of its own; one that failed says why. */
export function answerText({ answer, pictures }: Answered): string {
  if (!pictures || pictures.length < 2) return answer.text;
  return pictures
    .map((one, index) => `${index + 1}. ${one.ok ? one.answer.text : sentenceFor(one.code, one.detail)}`)
    .join('\n');
}

/** What it took, all pictures together; zeros where the model does not count. */
export function usageOf({ answer, pictures }: Answered) {
  const answers = pictures?.flatMap((one) => (one.ok ? [one.answer] : [])) ?? [answer];
  const sum = (of: 'prompt' | 'completion') => answers.reduce((total, { usage }) => total + (usage?.[of] ?? 0), 0);
  const [prompt_tokens, completion_tokens] = [sum('prompt'), sum('completion')];
  return { prompt_tokens, completion_tokens, total_tokens: prompt_tokens + completion_tokens };
}

/** The text up to the first of the words that end it. */
export function cutAt(text: string, stops: readonly string[]): string {
  const ends = stops.map((stop) => text.indexOf(stop)).filter((at) => at >= 0);
  return text.slice(0, Math.min(text.length, ...ends));
}

export const finishReason = ({ answer, pictures = [] }: Answered): FinishReason =>
  [answer, ...pictures.flatMap((one) => (one.ok ? [one.answer] : []))].some(({ cutOff }) => cutOff) ? 'length' : 'stop';

export const completion = (head: ChatHead, text: string, reason: FinishReason, usage: object) => ({
  ...head,
  object: 'chat.completion',
  choices: [
    {
      index: 0,
      message: { role: 'assistant', content: text, refusal: null },
      logprobs: null,
      finish_reason: reason,
    },
  ],
  usage,
});

export const chunk = (head: ChatHead, delta: object, reason: FinishReason | null = null) => ({
  ...head,
  object: 'chat.completion.chunk',
  choices: [{ index: 0, delta, logprobs: null, finish_reason: reason }],
});

export const usageChunk = (head: ChatHead, usage: object) => ({
  ...head,
  object: 'chat.completion.chunk',
  choices: [],
  usage,
});
