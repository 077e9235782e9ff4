/**
 * One ask as it is told to the person who waits: `progress`, `notice` (why it takes so long), then exactly one `outcome`.
 * Any web process can tell any ask, as progress and outcomes are heard through Redis.
 */
import type { AnswerOutcome, Progress } from '#core/answer.ts';
import { asSightlineError, type ErrorCode } from '#core/errors.ts';
import { type ErrorReply, errorReply } from './error-reply.ts';
import type { RoomParts } from './parts.ts';
import type { EventStream } from './sse.ts';

type Parts = Pick<RoomParts, 'outcomes' | 'progress' | 'position' | 'cancel' | 'pulse' | 'log'>;
/** What keeps an ask waiting, when it is not merely others. */
type Trouble = Extract<ErrorCode, 'redis_unavailable' | 'no_worker'>;

/** The sentences of the error table are for an ask that has failed; this one goes on. */
const WAITING: Readonly<Record<Trouble, string>> = {
  no_worker: 'No worker is running. Your question is kept and answered as soon as one starts.',
  redis_unavailable: 'The queue does not answer at the moment. Waiting for it to come back.',
};

const LOOK_EVERY_MS = 1_000;

/** An outcome as it is told: a failure with its sentence. */
export type ToldOutcome = Extract<AnswerOutcome, { ok: true }> | ({ readonly ok: false } & ErrorReply);

const told = (outcome: AnswerOutcome, wording: (text: string) => string): ToldOutcome =>
  outcome.ok
    ? { ...outcome, answer: { ...outcome.answer, text: wording(outcome.answer.text) } }
    : { ok: false, ...errorReply(outcome.code, outcome.detail) };

/**
 * @param wording how the text of the answer is told
 * @returns stops telling, for when the reader has gone
 */
export function tellAsk(
  parts: Parts,
  { id, giveUpAt }: { id: string; giveUpAt: number },
  stream: EventStream,
  wording: (text: string) => string = (text) => text,
): () => void {
  let taken = false;
  let over = false;
  let looking = false;
  let trouble: Trouble | undefined;

  const finish = (outcome: AnswerOutcome) => {
    if (over) return;
    stop();
    stream.finish('outcome', told(outcome, wording));
  };
  const tell = (progress: Progress) => {
    // The queue is asked and the worker speaks at once: a late "queued" must not undo what the worker said.
    if (over || (progress.stage === 'queued' && taken)) return;
    taken ||= progress.stage !== 'queued';
    stream.send('progress', progress);
  };
  const notice = (code: Trouble | undefined) => {
    if (over || code === trouble) return;
    trouble = code;
    const error = code === undefined ? null : { ...errorReply(code).error, message: WAITING[code] };
    stream.send('notice', { error });
  };

  const look = async () => {
    const { redis, workers } = parts.pulse();
    if (!redis) notice('redis_unavailable');
    else notice(workers === 0 ? 'no_worker' : undefined);
    if (Date.now() >= giveUpAt) return giveUp(redis, workers);
    if (!redis || taken) return;
    const position = await parts.position(id);
    if (position !== undefined) tell({ stage: 'queued', position });
  };

  const giveUp = async (redis: boolean, workers: number) => {
    if (!redis) return finish({ ok: false, code: 'redis_unavailable' });
    const code = workers === 0 ? 'no_worker' : 'deadline_passed';
    await parts.cancel(id, code);
    // An answer that came in this very moment stands, and is told instead.
    finish(await parts.outcomes.put(id, { ok: false, code }));
  };

  const looked = async () => {
    // A look that hangs on a silent Redis is not followed by others that hang.
    if (looking) return;
    looking = true;
    try {
      await look();
    } catch (error) {
      const { code } = asSightlineError(error);
      if (code === 'redis_unavailable') return notice(code);
      parts.log.error({ error, id }, 'could not look after an ask');
      // Giving up failed in a way that time does not mend, as with an outcome that cannot be read.
      if (Date.now() >= giveUpAt) finish({ ok: false, code });
    } finally {
      looking = false;
    }
  };

  const stopListening = [parts.outcomes.listen(id, finish), parts.progress.listen(id, tell)];
  const timer = setInterval(looked, LOOK_EVERY_MS);
  const stop = () => {
    over = true;
    clearInterval(timer);
    for (const stopOne of stopListening) stopOne();
  };
  void looked();
  return stop;
}
