/**
 * The same as the model in this process, answered by the workers of a fleet: pictures go into its Redis, questions through its
 * queue. An answer for a command line that has gone waits for nobody: it expires.
 * @throws SightlineError of the queue, and what the workers end an ask with
 */
import { randomUUID } from 'node:crypto';
import type { AnswerOutcome } from '#core/answer.ts';
import type { AskRequest } from '#core/ask.ts';
import { decodeVector, type EmbedInput } from '#core/embed.ts';
import { SightlineError } from '#core/errors.ts';
import { LIMITS } from '#core/limits.ts';
import { createRedisBlobStore } from '#images/blob-store-redis.ts';
import type { Picture } from '#images/picture.ts';
import { normaliseUpload } from '#images/upload.ts';
import { consumeAnswers } from '#queue/answer-consumer.ts';
import { answered, connect, disconnect } from '#queue/connection.ts';
import { createEmbedAsker } from '#queue/embed-asker.ts';
import { createOutcomeStore } from '#queue/outcome-store.ts';
import { createProducer } from '#queue/producer.ts';
import type { LocalModel } from './local-model.ts';

type Answered = Extract<AnswerOutcome, { ok: true }>;

const quiet = { info() {}, warn() {}, error() {} };

/** After its deadline an ask has this long to be told by the worker itself, in ms. */
const GRACE_MS = 5_000;

export function fleetModel(url: string): Omit<LocalModel, 'card'> {
  const redis = connect(url, { role: 'producer' });
  const blobs = createRedisBlobStore(redis);
  const producer = createProducer({ url });
  const outcomes = createOutcomeStore({ url });
  const embeds = createEmbedAsker({ url });
  // Any command line of the fleet may take the answer out of the queue; the one that asked hears of it by the store.
  const answers = consumeAnswers({
    url,
    surface: 'cli',
    onAnswer: async ({ requestId, outcome }) => void (await outcomes.put(requestId, outcome)),
    log: quiet,
  });

  const keep = async ({ bytes }: Picture): Promise<AskRequest['image']> => {
    const upload = await normaliseUpload(bytes);
    // The first picture may come before Redis is connected.
    await answered(redis, () => blobs.put(upload));
    return { kind: 'upload', sha256: upload.sha256 };
  };

  const ask = async (
    said: Pick<AskRequest, 'task' | 'question' | 'conversation' | 'captions'>,
    picture: Picture,
    signal?: AbortSignal,
  ): Promise<Answered> => {
    const now = Date.now();
    const request: AskRequest = {
      ...said,
      id: randomUUID(),
      surface: 'cli',
      image: await keep(picture),
      replyTo: '',
      locale: 'en',
      askedAt: now,
      deadlineAt: now + LIMITS.askDeadlineMs,
    };
    const heard = Promise.withResolvers<AnswerOutcome>();
    const stop = outcomes.listen(request.id, heard.resolve);
    const giveUp = async (code: 'cancelled' | 'deadline_passed') => {
      await producer.cancel(request.id, code);
      heard.resolve({ ok: false, code: (await producer.workers()) === 0 && code !== 'cancelled' ? 'no_worker' : code });
    };
    const leave = () => void giveUp('cancelled').catch(heard.reject);
    const timer = setTimeout(() => void giveUp('deadline_passed').catch(heard.reject), LIMITS.askDeadlineMs + GRACE_MS);
    signal?.addEventListener('abort', leave, { once: true });
    try {
      signal?.throwIfAborted();
      await producer.ask(request);
      const outcome = await heard.promise;
      if (outcome.ok) return outcome;
      throw new SightlineError(outcome.code, outcome.detail === undefined ? {} : { detail: outcome.detail });
    } finally {
      clearTimeout(timer);
      signal?.removeEventListener('abort', leave);
      stop();
    }
  };

  return {
    async answer({ task, question, conversation = [], openPicture, signal }) {
      const said = { task, question, conversation: [...conversation] };
      return (await ask(said, await openPicture(), signal)).answer;
    },
    async rank(picture, captions) {
      const said = { task: 'rank' as const, question: '', conversation: [], captions: [...captions] };
      const { answer } = await ask(said, picture);
      const best = { caption: answer.text, probability: answer.confidence };
      return [best, ...answer.alternatives.map(({ text, confidence }) => ({ caption: text, probability: confidence }))];
    },
    async embed(inputs) {
      const vectors: Float32Array[] = [];
      for (let from = 0; from < inputs.length; from += LIMITS.embedInputs) {
        const some: EmbedInput[] = [];
        for (const input of inputs.slice(from, from + LIMITS.embedInputs)) {
          some.push(
            typeof input === 'string' ? { kind: 'text', text: input } : { kind: 'picture', image: await keep(input) },
          );
        }
        const deadlineAt = Date.now() + LIMITS.embedDeadlineMs;
        const outcome = await embeds.embed({ id: randomUUID(), inputs: some, deadlineAt });
        if (!outcome.ok) {
          throw new SightlineError(outcome.code, outcome.detail === undefined ? {} : { detail: outcome.detail });
        }
        vectors.push(...outcome.vectors.map(decodeVector));
      }
      return vectors;
    },
    async close() {
      await Promise.all([answers.close(), producer.close(), outcomes.close(), embeds.close()]);
      await disconnect(redis);
    },
  };
}
