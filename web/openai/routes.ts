/**
 * `/v1`: what programs written for OpenAI's API ask for, answered by our own workers. Errors have OpenAI's shape with our codes
 * and sentences; bodies are JSON of bounded size, few at a time, as they carry pictures.
 */
import type { IncomingMessage } from 'node:http';
import type { FastifyInstance } from 'fastify';
import { ERRORS, SightlineError } from '#core/errors.ts';
import { LIMITS } from '#core/limits.ts';
import { asReportable } from '../error-reply.ts';
import type { RoomParts } from '../parts.ts';
import { readBody } from '../read-body.ts';
import { chatRoute } from './chat-route.ts';
import { type DoorOptions, guardDoor } from './door.ts';
import { embeddingsRoute } from './embeddings-route.ts';
import { openAIError, retryHeaders } from './errors.ts';
import { modelsRoute } from './models-route.ts';

/** The largest picture, which base64 makes a third larger, and some words. */
const BODY_BYTES = Math.ceil((LIMITS.imageBytes * 4) / 3) + 1024 * 1024;
/** Each is held as bytes, as text and as parsed JSON for a moment. */
const BODIES_AT_ONCE = 6;

const BODY = {
  maxBytes: BODY_BYTES,
  tooLarge: () =>
    new SightlineError('image_too_many_bytes', {
      detail: `the request has more than ${Math.round(BODY_BYTES / 1024 ** 2)} MB`,
    }),
  graceMs: 6_000,
  minBytesPerSecond: 16 * 1024,
};

export interface OpenAIRoutesOptions extends DoorOptions {
  readonly parts: RoomParts;
}

export async function openAIRoutes(api: FastifyInstance, options: OpenAIRoutesOptions): Promise<void> {
  const { parts } = options;
  let bodies = 0;
  guardDoor(api, options);

  api.removeAllContentTypeParsers();
  api.addContentTypeParser('application/json', async (_request: unknown, stream: IncomingMessage) => {
    if (bodies >= BODIES_AT_ONCE) throw new SightlineError('too_many_requests');
    bodies += 1;
    try {
      return JSON.parse((await readBody(stream, BODY)).toString('utf8')) as unknown;
    } catch (cause) {
      if (cause instanceof SightlineError) throw cause;
      throw new SightlineError('bad_request', { detail: 'the body is not JSON', cause });
    } finally {
      bodies -= 1;
    }
  });

  api.setErrorHandler((thrown, request, reply) => {
    const error = asReportable(thrown);
    if (error.code === 'internal') parts.log.error({ error: thrown, url: request.url }, 'a request failed');
    // What is left of a refused body is not read: the connection cannot serve another request.
    if (!request.raw.complete) reply.header('connection', 'close');
    return reply.code(ERRORS[error.code].httpStatus).headers(retryHeaders(error.code)).send(openAIError(error));
  });

  await api.register(chatRoute, { parts });
  await api.register(embeddingsRoute, { parts });
  await api.register(modelsRoute, { parts });
  const nowhere = async (): Promise<never> => {
    throw new SightlineError('not_found');
  };
  api.get('/v1/*', nowhere);
  api.post('/v1/*', nowhere);
}
