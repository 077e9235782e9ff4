/**
 * Notes of messages that may be described, in Redis, and whose turn it is when: what waits outlives every bot process. Taking a
 * turn lends it: whoever dies over it loses it to another a minute later.
 */
import type { Redis } from 'ioredis';
import { z } from 'zod';
import { answered } from '#queue/connection.ts';
import { KEYS, TTL_SECONDS } from '../keys.ts';
import { Note } from './decide.ts';

export interface Notes {
  of(messageId: string): Promise<Note | undefined>;
  /**
   * From one note to the next, whoever else changes it meanwhile: `next` is asked anew then. No next note: it is forgotten, with
   * its turn.
   */
  change<T extends { readonly note: Note | undefined }>(
    messageId: string,
    next: (note: Note | undefined) => T,
  ): Promise<{ readonly before: Note | undefined; readonly decision: T }>;
  /** @param at milliseconds since the epoch */
  wait(messageId: string, at: number): Promise<void>;
  /** Whose turn has come, for a minute; `done` when it was used. */
  take(now: number): Promise<readonly string[]>;
  done(messageId: string): Promise<void>;
}

const LOAN_MS = 60_000;
/** A process takes no more at once than it works off within the loan. */
const MOST = 50;
/** Others change the same note a few times at most. */
const TRIES = 20;

/** KEYS: the turns. ARGV: now, until when they are lent, how many. */
const TAKE = `
local due = redis.call('ZRANGE', KEYS[1], '-inf', ARGV[1], 'BYSCORE', 'LIMIT', 0, ARGV[3])
for _, message in ipairs(due) do redis.call('ZADD', KEYS[1], ARGV[2], message) end
return due
`;

/** KEYS: the note, the turns. ARGV: what it was, what it shall be (empty: nothing), seconds, the message. */
const SWAP = `
if (redis.call('GET', KEYS[1]) or '') ~= ARGV[1] then return 0 end
if ARGV[2] ~= '' then
  redis.call('SET', KEYS[1], ARGV[2], 'EX', ARGV[3])
else
  redis.call('DEL', KEYS[1])
  redis.call('ZREM', KEYS[2], ARGV[4])
end
return 1
`;

const read = (text: string): Note | undefined => (text === '' ? undefined : Note.safeParse(JSON.parse(text)).data);

export function createNotes(redis: Redis): Notes {
  const turns = KEYS.altDue('all');
  const get = async (messageId: string) => (await answered(redis, () => redis.get(KEYS.altNote(messageId)))) ?? '';
  return {
    of: async (messageId) => read(await get(messageId)),
    async change(messageId, next) {
      for (let attempt = 0; attempt < TRIES; attempt++) {
        const text = await get(messageId);
        const before = read(text);
        const decision = next(before);
        const after = decision.note ? JSON.stringify(decision.note) : '';
        if (after === text) return { before, decision };
        const keys = [KEYS.altNote(messageId), turns] as const;
        const swapped = await answered(redis, () =>
          redis.eval(SWAP, 2, ...keys, text, after, TTL_SECONDS.altNote, messageId),
        );
        if (swapped === 1) return { before, decision };
      }
      throw new Error(`The note of ${messageId} never stood still`);
    },
    async wait(messageId, at) {
      await answered(redis, () => redis.zadd(turns, at, messageId));
    },
    async take(now) {
      return z
        .array(z.string())
        .parse(await answered(redis, () => redis.eval(TAKE, 1, turns, now, now + LOAN_MS, MOST)));
    },
    async done(messageId) {
      await answered(redis, () => redis.zrem(turns, messageId));
    },
  };
}
