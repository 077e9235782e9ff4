/**
 * What a server takes of the parameters that not all of them know: one that it refuses by name is left out from then on, or said
 * in its newer word.
 */
import type OpenAI from 'openai';

type Params = OpenAI.ChatCompletionCreateParamsStreaming;

export interface Dialect {
  params(model: string, messages: Params['messages'], maxTokens: number): Params;
  /** Whether `refusal` named a parameter that can be done without; then asking again may succeed. */
  learn(refusal: { readonly param?: string | null | undefined; readonly message: string }): boolean;
}

/** Most specific first: "max_tokens" is named in refusals that recommend "max_completion_tokens". */
const LEARNABLE = ['logprobs', 'stream_options', 'temperature', 'max_tokens'] as const;
type Learnable = (typeof LEARNABLE)[number];

export function createDialect(): Dialect {
  const refused = new Set<Learnable>();
  return {
    params: (model, messages, maxTokens) => ({
      model,
      messages,
      stream: true,
      ...(refused.has('max_tokens') ? { max_completion_tokens: maxTokens } : { max_tokens: maxTokens }),
      // The same question has the same answer, as answers are cached.
      ...(!refused.has('temperature') && { temperature: 0 }),
      ...(!refused.has('logprobs') && { logprobs: true }),
      ...(!refused.has('stream_options') && { stream_options: { include_usage: true } }),
    }),
    learn({ param, message }) {
      const named = LEARNABLE.find((name) => !refused.has(name) && (param === name || message.includes(name)));
      if (named) refused.add(named);
      return named !== undefined;
    },
  };
}
