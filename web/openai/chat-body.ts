/**
 * What a program sends to `/v1/chat/completions`. Each parameter is honoured, or has no effect on a model that always gives its
 * likeliest answer, or is refused by name.
 */
import { z } from 'zod';

const text = z.string();
export const Part = z.discriminatedUnion('type', [
  z.object({ type: z.literal('text'), text }),
  z.object({ type: z.literal('image_url'), image_url: z.object({ url: text, detail: z.string().optional() }) }),
]);
export type Part = z.infer<typeof Part>;

const Content = z.union([text, z.array(Part)]);
const Message = z.discriminatedUnion('role', [
  z.object({ role: z.enum(['system', 'developer']), content: Content, name: text.optional() }),
  z.object({ role: z.literal('user'), content: Content, name: text.optional() }),
  z.object({ role: z.literal('assistant'), content: Content.nullish(), name: text.optional() }),
]);
export type Message = z.infer<typeof Message>;

const maxTokens = z.number().int().min(1).nullish();

const HONOURED = {
  model: z.string(),
  messages: z.array(Message).min(1).max(200),
  stream: z.boolean().nullish(),
  stream_options: z.object({ include_usage: z.boolean().optional() }).nullish(),
  max_tokens: maxTokens,
  max_completion_tokens: maxTokens,
  stop: z.union([z.string().min(1), z.array(z.string().min(1)).max(4)]).nullish(),
};

/** The one value of each that asks for nothing else than what is done anyway. */
const ONLY = {
  n: z.literal(1).nullish(),
  logprobs: z.literal(false).nullish(),
  modalities: z.tuple([z.literal('text')]).nullish(),
  response_format: z.object({ type: z.literal('text') }).nullish(),
  tools: z.array(z.never()).nullish(),
  tool_choice: z.enum(['none', 'auto']).nullish(),
  logit_bias: z.record(z.string(), z.never()).nullish(),
};

const anything = z.unknown().optional();
const WITHOUT_EFFECT = {
  temperature: anything,
  top_p: anything,
  top_k: anything,
  min_p: anything,
  seed: anything,
  presence_penalty: anything,
  frequency_penalty: anything,
  repetition_penalty: anything,
  parallel_tool_calls: anything,
  reasoning_effort: anything,
  verbosity: anything,
  service_tier: anything,
  store: anything,
  metadata: anything,
  user: anything,
  safety_identifier: anything,
  prompt_cache_key: anything,
};

export const ChatBody = z.strictObject({ ...HONOURED, ...ONLY, ...WITHOUT_EFFECT });
export type ChatBody = z.infer<typeof ChatBody>;
