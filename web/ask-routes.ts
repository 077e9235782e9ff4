/** `POST /api/asks`, `GET /api/asks/:id/events` and `DELETE /api/asks/:id`: a question's way through the room. */
import type { IncomingMessage } from 'node:http';
import type { FastifyInstance } from 'fastify';
import { altText } from '#core/alt-text.ts';
import { SightlineError } from '#core/errors.ts';
import { parseAskBody } from './ask-body.ts';
import { tellAsk } from './ask-stream.ts';
import { countAsksUnderWay } from './asks-under-way.ts';
import type { RoomParts } from './parts.ts';
import { readBody } from './read-body.ts';
import { type EventStream, openEventStream } from './sse.ts';

/** Ten turns of conversation and a question, in JSON. */
const ASK = {
  maxBytes: 64 * 1024,
  tooLarge: () => new SightlineError('bad_request', { detail: 'it is larger than 64 KB' }),
  graceMs: 6_000,
  minBytesPerSecond: 1024,
};
const STREAMS = 1_000;
const STREAMS_PER_CLIENT = 40;

export async function askRoutes(room: FastifyInstance, { parts }: { parts: RoomParts }): Promise<void> {
  const streams = new Map<EventStream, string>();
  const underWay = countAsksUnderWay(parts.outcomes);
  const streamsOf = (client: string) => [...streams.values()].filter((other) => other === client).length;

  room.removeAllContentTypeParsers();
  // JSON only, read with patience of our own; "*" would let a form of another site through.
  room.addContentTypeParser('application/json', async (_request: unknown, body: IncomingMessage) => {
    const text = (await readBody(body, ASK)).toString('utf8');
    try {
      return JSON.parse(text) as unknown;
    } catch (cause) {
      throw new SightlineError('bad_request', { detail: 'the body is not JSON', cause });
    }
  });

  room.post('/api/asks', async (request, reply) => {
    const asked = parseAskBody(request.body, request.headers['accept-language'], Date.now());
    const ask = { id: await parts.askIds.make(asked.askedAt), ...asked };
    const priority = underWay.of(request.ip);
    const counted = underWay.begin(request.ip, ask);
    try {
      await parts.ask(ask, { priority });
    } catch (error) {
      counted.end();
      throw error;
    }
    return reply.code(202).send({ id: ask.id });
  });

  // What is to become an alt text is told as one, with its label: the page knows what it asked for.
  room.get<{ Params: { id: string }; Querystring: { as?: string } }>('/api/asks/:id/events', async (request, reply) => {
    const ask = await parts.askIds.parse(request.params.id);
    if (streams.size >= STREAMS || streamsOf(request.ip) >= STREAMS_PER_CLIENT) {
      throw new SightlineError('too_many_requests');
    }
    reply.hijack();
    const stream = openEventStream(reply.raw, reply.getHeaders() as Record<string, string>);
    streams.set(stream, request.ip);
    const stop = tellAsk(parts, ask, stream, request.query.as === 'alt-text' ? altText : undefined);
    reply.raw.once('close', () => {
      stop();
      streams.delete(stream);
    });
    return reply;
  });

  room.delete<{ Params: { id: string } }>('/api/asks/:id', async (request, reply) => {
    const { id } = await parts.askIds.parse(request.params.id);
    await parts.cancel(id, 'cancelled');
    await parts.outcomes.put(id, { ok: false, code: 'cancelled' });
    return reply.code(204).send();
  });

  // A stream never ends by itself while its ask goes on: browsers open it again at the next process.
  room.addHook('preClose', async () => {
    for (const stream of streams.keys()) stream.end();
    underWay.close();
  });
}
