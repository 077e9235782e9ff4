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
  put(messageId: string, note: Note): Promise<void>;
  drop(messageId: string): Promise<void>;
  /** @param at milliseconds since the epoch */
  wait(messageId: string, at: number): Promise<void>;
  /** Whose turn has come, for a minute; `done` when it was used. */
  take(now: number): Promise<readonly string[]>;
  done(messageId: string): Promise<void>;
}

const LOAN_MS = 60_000;
/** A process takes no more at once than it works off within the loan. */
const MOST = 50;

/** KEYS: the turns. ARGV: now, until when they are lent, how many. */
const TAKE = `
local due = redis.call('ZRANGE', KEYS[1], '-inf', ARGV[1], 'BYSCORE', 'LIMIT', 0, ARGV[3])
for _, message in ipairs(due) do redis.call('ZADD', KEYS[1], ARGV[2], message) end
return due
`;

export function createNotes(redis: Redis): Notes {
  const turns = KEYS.altDue('all');
  return {
    async of(messageId) {
      const text = await answered(redis, () => redis.get(KEYS.altNote(messageId)));
      return text === null ? undefined : Note.safeParse(JSON.parse(text)).data;
    },
    async put(messageId, note) {
      const key = KEYS.altNote(messageId);
      await answered(redis, () => redis.set(key, JSON.stringify(note), 'EX', TTL_SECONDS.altNote));
    },
    async drop(messageId) {
      await answered(redis, () => redis.multi().del(KEYS.altNote(messageId)).zrem(turns, messageId).exec());
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
