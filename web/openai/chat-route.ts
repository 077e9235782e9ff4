/** `POST /v1/chat/completions`: a chat about pictures, answered by the queue's workers, whole or streamed. */
import type { FastifyInstance, FastifyReply } from 'fastify';
import type { AskRequest, ImageRef } from '#core/ask.ts';
import { ERRORS, SightlineError } from '#core/errors.ts';
import { LIMITS } from '#core/limits.ts';
import type { ToldOutcome } from '../ask-stream.ts';
import { errorReply } from '../error-reply.ts';
import type { RoomParts } from '../parts.ts';
import { type ChatAsk, chatAsk } from './chat-ask.ts';
import { ChatBody } from './chat-body.ts';
import { followAsk } from './chat-listener.ts';
import { answerText, type ChatHead, completion, cutAt, finishReason, usageOf } from './chat-reply.ts';
import { openChatStream } from './chat-stream.ts';
import { type UntilClosing, untilClosing } from './closing.ts';
import { openAIError, retryHeaders } from './errors.ts';
import { checkModel } from './models-route.ts';
import { parseBody } from './parse-body.ts';
import { pictureReferences } from './picture-source.ts';

/** Asks of one key or address under way at the same time. */
const ASKS_PER_CLIENT = 40;

export async function chatRoute(api: FastifyInstance, { parts }: { parts: RoomParts }): Promise<void> {
  const whileOpen = untilClosing(api);
  const underWay = new Map<string, number>();
  const count = (client: string, change: 1 | -1) => {
    const now = (underWay.get(client) ?? 0) + change;
    if (now > 0) underWay.set(client, now);
    else underWay.delete(client);
  };

  api.post('/v1/chat/completions', async (request, reply) => {
    const body = parseBody(ChatBody, request.body);
    const model = await checkModel(parts, body.model);
    const asked = chatAsk(body);
    const priority = underWay.get(request.client) ?? 0;
    if (priority >= ASKS_PER_CLIENT) throw new SightlineError('too_many_requests');
    count(request.client, 1);
    try {
      const [image, ...further] = await pictureReferences(asked.pictures, parts.storePicture);
      if (!image) throw new SightlineError('no_image');
      const now = Date.now();
      const ask = askOf(asked, { id: await parts.askIds.make(now), image, further, now });
      return await answer({ parts, whileOpen, body, model, ask, priority }, reply);
    } finally {
      count(request.client, -1);
    }
  });
}

interface Addressed {
  readonly id: string;
  readonly image: ImageRef;
  readonly further: readonly ImageRef[];
  readonly now: number;
}

function askOf({ pictures: _, ...said }: ChatAsk, { id, image, further, now }: Addressed): AskRequest {
  return {
    ...said,
    id,
    surface: 'web',
    image,
    ...(further.length > 0 && { further: [...further] }),
    replyTo: '',
    locale: 'en',
    askedAt: now,
    deadlineAt: now + LIMITS.askDeadlineMs,
  };
}

interface Answering {
  readonly parts: RoomParts;
  readonly whileOpen: UntilClosing;
  readonly body: ChatBody;
  readonly model: string;
  readonly ask: AskRequest;
  readonly priority: number;
}

async function answer(answering: Answering, reply: FastifyReply): Promise<FastifyReply> {
  const { parts, whileOpen, body, model, ask, priority } = answering;
  const stops = [body.stop ?? []].flat();
  const head: ChatHead = { id: `chatcmpl-${ask.id}`, created: Math.floor(ask.askedAt / 1000), model };
  const begin = () => {
    reply.hijack();
    return reply.getHeaders() as Record<string, string>;
  };
  const stream = body.stream ? openChatStream(reply.raw, { head, stops, begin }) : undefined;
  // A caption is put into shape at its end, and so is the list of several pictures.
  const streamed = ask.task === 'vqa' && ask.further === undefined ? stream : undefined;
  const following = followAsk(parts, await parts.askIds.parse(ask.id), (text) => streamed?.say(text));
  const gone = Promise.withResolvers<undefined>();
  reply.raw.once('close', () => gone.resolve(undefined));
  try {
    await parts.ask(ask, { priority });
    const outcome = await whileOpen(Promise.race([following.outcome, gone.promise])).catch(
      ({ code }: SightlineError): ToldOutcome => ({ ok: false, ...errorReply(code) }),
    );
    // Nobody waits for it any more.
    if (!outcome || (!outcome.ok && outcome.error.code === 'shutting_down')) {
      await parts
        .cancel(ask.id, 'cancelled')
        .catch((error) => parts.log.warn({ error, id: ask.id }, 'not called back'));
    }
    if (!outcome) return reply.hijack();
    if (!outcome.ok) {
      if (stream?.started) {
        stream.fail(outcome.error);
        return reply;
      }
      const { code } = outcome.error;
      return reply.code(ERRORS[code].httpStatus).headers(retryHeaders(code)).send(openAIError(outcome.error));
    }
    const text = cutAt(answerText(outcome), stops);
    const reason = finishReason(outcome);
    if (!stream) return reply.send(completion(head, text, reason, usageOf(outcome)));
    stream.finish(text, reason, body.stream_options?.include_usage ? usageOf(outcome) : undefined);
    return reply;
  } finally {
    following.stop();
    stream?.close();
  }
}
