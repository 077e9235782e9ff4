/** Every HTTP route of the room as programs may use it. A test holds this list to the routes that are really registered. */
import { z } from 'zod';
import { AnswerOutcome, Progress } from '#core/answer.ts';
import { RequestId, Sha256 } from '#core/ask.ts';
import { ErrorCode } from '#core/errors.ts';
import { ModelFacts } from '#core/model-facts.ts';
import { AskBody } from '../ask-body.ts';
import { ChatBody } from '../openai/chat-body.ts';
import { EmbeddingsBody } from '../openai/embeddings-body.ts';

export interface Operation {
  readonly method: 'get' | 'post' | 'delete';
  /** With `{name}` for what varies. */
  readonly path: string;
  readonly summary: string;
  readonly detail?: string;
  readonly body?: { readonly type: string; readonly schema: z.ZodType };
  readonly reply: { readonly status: number; readonly type?: string; readonly schema?: z.ZodType };
}

const json = (schema: z.ZodType) => ({ type: 'application/json', schema });
const count = z.number().int().min(0);
const Model = z.object({ id: z.string(), object: z.literal('model'), created: count, owned_by: z.string() });
const Tokens = z.object({ prompt_tokens: count, completion_tokens: count, total_tokens: count });

const ChatCompletion = z.object({
  id: z.string(),
  object: z.literal('chat.completion'),
  created: count,
  model: z.string(),
  choices: z.array(
    z.object({
      index: count,
      message: z.object({ role: z.literal('assistant'), content: z.string(), refusal: z.null() }),
      logprobs: z.null(),
      finish_reason: z.enum(['stop', 'length']),
    }),
  ),
  usage: Tokens,
});

const Embeddings = z.object({
  object: z.literal('list'),
  data: z.array(
    z.object({
      object: z.literal('embedding'),
      index: count,
      embedding: z.union([z.array(z.number()), z.base64()]),
    }),
  ),
  model: z.string(),
  usage: z.object({ prompt_tokens: count, total_tokens: count }),
});

export const RoomError = z.object({
  error: z.object({ code: ErrorCode, message: z.string(), retry: z.boolean() }),
});
export const ApiError = z.object({
  error: z.object({ message: z.string(), type: z.string(), param: z.null(), code: ErrorCode }),
});

export const OPERATIONS: readonly Operation[] = [
  {
    method: 'post',
    path: '/v1/chat/completions',
    summary: 'Ask about pictures, in the shape of OpenAI’s chat completions',
    detail:
      'The last user message asks, about its own pictures or the latest before it; without words the picture is described. ' +
      'Pictures are data URLs, or links to allowed origins. temperature, top_p, seed and their like are accepted and change ' +
      'nothing, as the likeliest answer is given; what would change the answer and is not supported is refused by name. With ' +
      '"stream": true the reply is text/event-stream.',
    body: json(ChatBody),
    reply: { status: 200, ...json(ChatCompletion) },
  },
  {
    method: 'post',
    path: '/v1/embeddings',
    summary: 'Vectors of texts and pictures in one space',
    detail:
      'A string that is a data URL is a picture. Vectors have length one; their dot product says how well two fit.',
    body: json(EmbeddingsBody),
    reply: { status: 200, ...json(Embeddings) },
  },
  {
    method: 'get',
    path: '/v1/models',
    summary: 'The model that answers',
    reply: { status: 200, ...json(z.object({ object: z.literal('list'), data: z.array(Model) })) },
  },
  {
    method: 'get',
    path: '/v1/models/{id}',
    summary: 'One model by its name',
    reply: { status: 200, ...json(Model) },
  },
  {
    method: 'post',
    path: '/api/images',
    summary: 'Upload a picture; its hash is what questions are asked about',
    body: { type: 'image/*', schema: z.file() },
    reply: { status: 201, ...json(z.object({ sha256: Sha256, width: count, height: count })) },
  },
  {
    method: 'get',
    path: '/api/images/{sha256}',
    summary: 'A picture as it is kept for its questions, for whoever knows its hash',
    reply: { status: 200, type: 'image/*' },
  },
  {
    method: 'post',
    path: '/api/asks',
    summary: 'Ask about an uploaded picture',
    body: json(AskBody),
    reply: { status: 202, ...json(z.object({ id: RequestId })) },
  },
  {
    method: 'get',
    path: '/api/asks/{id}/events',
    summary: 'Follow an ask: progress, then exactly one outcome',
    detail: 'Server-sent events: "progress", "notice" when it takes long for a reason, "outcome".',
    reply: { status: 200, type: 'text/event-stream', schema: z.union([Progress, AnswerOutcome]) },
  },
  { method: 'delete', path: '/api/asks/{id}', summary: 'Call an ask back', reply: { status: 204 } },
  {
    method: 'get',
    path: '/api/model',
    summary: 'What the model knows, how it was measured, what it cannot do',
    reply: {
      status: 200,
      ...json(ModelFacts),
    },
  },
  {
    method: 'get',
    path: '/healthz',
    summary: 'Whether the process runs',
    reply: { status: 200, ...json(z.object({ alive: z.boolean() })) },
  },
  {
    method: 'get',
    path: '/readyz',
    summary: 'Whether asks can be taken; 503 while they cannot',
    reply: {
      status: 200,
      ...json(z.object({ ready: z.boolean(), redis: z.boolean(), workers: count, waiting: count })),
    },
  },
  {
    method: 'get',
    path: '/metrics',
    summary: 'Figures for Prometheus',
    reply: { status: 200, type: 'text/plain', schema: z.string() },
  },
  {
    method: 'get',
    path: '/openapi.json',
    summary: 'This description, for programs',
    reply: { status: 200, ...json(z.object({})) },
  },
  {
    method: 'get',
    path: '/api',
    summary: 'This description, for people',
    reply: { status: 200, type: 'text/html', schema: z.string() },
  },
];

export const isOpenAI = ({ path }: Operation): boolean => path.startsWith('/v1/');
