/**
 * The outcome of each ask, kept under `sightline:outcome:<requestId>` for LIMITS.outcomeTtlSeconds and published, so that
 * any web process relays it. The first outcome of an ask stands: a second one, from a job that ran twice, changes nothing.
 */
import { z } from 'zod';
import { AnswerOutcome } from '#core/answer.ts';
import { SightlineError } from '#core/errors.ts';
import { LIMITS } from '#core/limits.ts';
import { answered, connect, disconnect } from './connection.ts';
import { createSubscriber } from './subscriber.ts';

const keyOf = (requestId: string): string => `sightline:outcome:${requestId}`;
const channelOf = keyOf;

/** KEYS: the outcome, its channel. ARGV: outcome, TTL s. Returns the one that stands, and 1 when it is this one. */
const PUT = `
local standing = redis.call('GET', KEYS[1])
if standing then return {standing, 0} end
redis.call('SET', KEYS[1], ARGV[1], 'EX', ARGV[2])
redis.call('PUBLISH', KEYS[2], ARGV[1])
return {ARGV[1], 1}
`;

/** A look that Redis did not answer is tried again: soon, as it may hold the outcome, then rarer. */
const LOOK_AGAIN_MS = { first: 250, most: 2_000 } as const;

const PutReply = z.tuple([z.string(), z.number()]);

export interface OutcomeStore {
  /**
   * Returns the outcome that stands.
   * @throws SightlineError `redis_unavailable`
   */
  put(requestId: string, outcome: AnswerOutcome): Promise<AnswerOutcome>;
  /** @throws SightlineError `redis_unavailable` */
  get(requestId: string): Promise<AnswerOutcome | undefined>;
  /** Hears the outcome once, also one that is there already or that came while Redis was away. */
  listen(requestId: string, heard: (outcome: AnswerOutcome) => void): () => void;
  close(): Promise<void>;
}

interface OutcomeStoreOptions {
  readonly url: string;
  /** Told of each outcome that came to stand here: once per ask, whichever process put it. */
  readonly onStands?: (outcome: AnswerOutcome) => void;
}

export function createOutcomeStore({ url, onStands }: OutcomeStoreOptions): OutcomeStore {
  const redis = connect(url, { role: 'producer' });
  const subscriber = createSubscriber(url);
  const listeners = new Set<{ look(): Promise<void>; stop(): void }>();
  subscriber.onReconnect(() => {
    for (const { look } of listeners) void look();
  });

  const get = async (requestId: string) => {
    const value = await answered(redis, () => redis.get(keyOf(requestId)));
    return value === null ? undefined : AnswerOutcome.parse(JSON.parse(value));
  };

  return {
    async put(requestId, outcome) {
      const reply = await answered(redis, () =>
        redis.eval(PUT, 2, keyOf(requestId), channelOf(requestId), JSON.stringify(outcome), LIMITS.outcomeTtlSeconds),
      );
      const [standing, ours] = PutReply.parse(reply);
      if (ours === 1) onStands?.(outcome);
      return AnswerOutcome.parse(JSON.parse(standing));
    },
    get,
    listen(requestId, heard) {
      let done = false;
      let again: NodeJS.Timeout | undefined;
      let pauseMs: number = LOOK_AGAIN_MS.first;
      const stop = () => {
        done = true;
        clearTimeout(again);
        listeners.delete(listener);
        channel.stop();
      };
      const hear = (outcome: AnswerOutcome) => {
        if (done) return;
        stop();
        heard(outcome);
      };
      const look = async () => {
        clearTimeout(again);
        try {
          const outcome = await get(requestId);
          pauseMs = LOOK_AGAIN_MS.first;
          if (outcome) hear(outcome);
        } catch (error) {
          // What is no outcome at all does not become one by looking again.
          if (done || !(error instanceof SightlineError)) return;
          clearTimeout(again);
          again = setTimeout(look, pauseMs);
          pauseMs = Math.min(2 * pauseMs, LOOK_AGAIN_MS.most);
        }
      };
      const listener = { look, stop };
      const channel = subscriber.listen(channelOf(requestId), (message) => {
        const outcome = parsed(message);
        if (outcome) hear(outcome);
      });
      listeners.add(listener);
      // Subscribed first, then looked: an outcome between the two is heard by the one or the other.
      void channel.subscribed.then(() => (done ? undefined : look()));
      return stop;
    },
    async close() {
      for (const { stop } of [...listeners]) stop();
      await Promise.all([disconnect(redis), subscriber.close()]);
    },
  };
}

function parsed(message: string): AnswerOutcome | undefined {
  try {
    return AnswerOutcome.safeParse(JSON.parse(message)).data;
  } catch {
    return undefined;
  }
}
