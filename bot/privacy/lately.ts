/**
 * What the bot remembers of a person for a short while in Redis: their asks (for the buttons under the answers) and pictures that
 * wait to be described. Found by looking through the keys, as nothing lists them by person.
 */
import type { Redis } from 'ioredis';
import { z } from 'zod';
import { answered } from '#queue/connection.ts';
import { KEYS } from '../keys.ts';

export interface LatelyAsked {
  readonly question: string;
  readonly answer: string | undefined;
  readonly guildId: string | undefined;
  readonly channelId: string;
}

export interface Lately {
  asksOf(userId: string): Promise<readonly LatelyAsked[]>;
  forget(userId: string): Promise<void>;
}

/** Keys looked at in one go; Redis serves others in between. */
const COUNT = 500;

const Ask = z.object({
  askerId: z.string(),
  guildId: z.string().optional(),
  channelId: z.string(),
  answer: z.string().optional(),
  plan: z.object({ question: z.string() }),
});
const Owned = z.union([z.object({ askerId: z.string() }), z.object({ authorId: z.string() })]);

export function createLately(redis: Redis): Lately {
  const entries = async function* (pattern: string): AsyncGenerator<readonly [string, unknown]> {
    let cursor = '0';
    do {
      const from = cursor;
      const [next, keys] = await answered(redis, () => redis.scan(from, 'MATCH', pattern, 'COUNT', COUNT));
      cursor = next;
      const values = keys.length === 0 ? [] : await answered(redis, () => redis.mget(...keys));
      for (const [i, key] of keys.entries()) {
        const value = values[i];
        if (value != null) yield [key, JSON.parse(value)];
      }
    } while (cursor !== '0');
  };
  return {
    async asksOf(userId) {
      const asks: LatelyAsked[] = [];
      for await (const [, value] of entries(KEYS.ask('*'))) {
        const ask = Ask.safeParse(value).data;
        if (ask?.askerId !== userId) continue;
        const { plan, answer, guildId, channelId } = ask;
        asks.push({ question: plan.question, answer, guildId, channelId });
      }
      return asks;
    },
    async forget(userId) {
      for (const pattern of [KEYS.ask('*'), KEYS.held('*'), KEYS.altNote('*')]) {
        for await (const [key, value] of entries(pattern)) {
          const owned = Owned.safeParse(value).data;
          if (owned && Object.values(owned).includes(userId)) await answered(redis, () => redis.del(key));
        }
      }
      // The append-only file holds what was deleted until it is written anew. A Redis of somebody else's may not let us.
      await redis.bgrewriteaof().catch(() => {});
    },
  };
}
