/**
 * What the bot remembers between an ask and its answer, in Redis and for a bounded time (keys.ts), so that any bot process
 * can post any answer. Everything read back is parsed.
 * @throws SightlineError `redis_unavailable`
 */
import { randomUUID } from 'node:crypto';
import type { Redis } from 'ioredis';
import { z } from 'zod';
import { answered } from '#queue/connection.ts';
import { Language, Use } from '#store/settings.ts';
import { KEYS, TTL_SECONDS } from './keys.ts';
import { AskPlan } from './plan.ts';

export const RememberedAsk = z.object({
  plan: AskPlan,
  askerId: z.string(),
  guildId: z.string().optional(),
  channelId: z.string(),
  language: Language,
  visibility: z.enum(['public', 'ephemeral']),
  /** Of the bot where it posts, as a number in words. */
  appPermissions: z.string(),
  /** The answer's own words, once there are any: the turn that "Ask more" goes on from. */
  answer: z.string().optional(),
  /** For feedback. */
  answeredBy: z.object({ modelId: z.string(), confidence: z.number() }).optional(),
});
export type RememberedAsk = z.infer<typeof RememberedAsk>;

/** `messageId` is unknown of a deferred reply; `triedAt` is when its first posting began. */
export const Posted = z.object({
  messageId: z.string().optional(),
  channelId: z.string().optional(),
  triedAt: z.number(),
  final: z.boolean(),
});
export type Posted = z.infer<typeof Posted>;

export const OpenForm = AskPlan.pick({ pictures: true, skipped: true, about: true, of: true });
export type OpenForm = z.infer<typeof OpenForm>;

/** An ask that waits for the author of its pictures, with all that it takes to go on. */
export const HeldAsk = z.object({
  plan: AskPlan,
  askerId: z.string(),
  authorId: z.string(),
  use: Use,
  guildId: z.string(),
  channelId: z.string(),
  parentId: z.string().optional(),
  roleIds: z.array(z.string()),
  language: Language,
  appPermissions: z.string(),
});
export type HeldAsk = z.infer<typeof HeldAsk>;

export interface Memory {
  putToken(requestId: string, token: string): Promise<void>;
  token(requestId: string): Promise<string | undefined>;
  putAsk(requestId: string, ask: RememberedAsk): Promise<void>;
  ask(requestId: string): Promise<RememberedAsk | undefined>;
  putAnswerOf(messageId: string, requestId: string): Promise<void>;
  /** The request that a message of ours answers. */
  answerOf(messageId: string): Promise<string | undefined>;
  putPosted(requestId: string, posted: Posted): Promise<void>;
  posted(requestId: string): Promise<Posted | undefined>;
  putForm(id: string, form: OpenForm): Promise<void>;
  form(id: string): Promise<OpenForm | undefined>;
  putHeld(requestId: string, held: HeldAsk): Promise<void>;
  held(requestId: string): Promise<HeldAsk | undefined>;
  dropHeld(requestId: string): Promise<void>;
  /** The right to write the reply to a request, for `ms` at most; undefined while another holds it. */
  takePen(requestId: string, ms: number): Promise<Pen | undefined>;
}

export interface Pen {
  /** What stands already. */
  readonly posted: Posted | undefined;
  release(): Promise<void>;
}

/** KEYS: the pen. ARGV: whose. Only the holder lays it down. */
const RELEASE = `if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end return 0`;

export function createMemory(redis: Redis): Memory {
  const put = async (key: string, value: string, seconds: number) =>
    void (await answered(redis, () => redis.set(key, value, 'EX', Math.floor(seconds))));
  const get = async (key: string) => (await answered(redis, () => redis.get(key))) ?? undefined;
  const read = async <T extends z.ZodType>(schema: T, key: string): Promise<z.infer<T> | undefined> => {
    const value = await get(key);
    return value === undefined ? undefined : schema.safeParse(JSON.parse(value)).data;
  };
  return {
    putToken: (id, token) => put(KEYS.token(id), token, TTL_SECONDS.token),
    token: (id) => get(KEYS.token(id)),
    putAsk: (id, ask) => put(KEYS.ask(id), JSON.stringify(ask), TTL_SECONDS.ask),
    ask: (id) => read(RememberedAsk, KEYS.ask(id)),
    putAnswerOf: (messageId, id) => put(KEYS.answerOf(messageId), id, TTL_SECONDS.ask),
    answerOf: (messageId) => get(KEYS.answerOf(messageId)),
    putPosted: (id, posted) => put(KEYS.posted(id), JSON.stringify(posted), TTL_SECONDS.posted),
    posted: (id) => read(Posted, KEYS.posted(id)),
    putForm: (id, form) => put(KEYS.form(id), JSON.stringify(form), TTL_SECONDS.form),
    form: (id) => read(OpenForm, KEYS.form(id)),
    putHeld: (id, held) => put(KEYS.held(id), JSON.stringify(held), TTL_SECONDS.held),
    held: (id) => read(HeldAsk, KEYS.held(id)),
    dropHeld: async (id) => void (await answered(redis, () => redis.del(KEYS.held(id)))),
    async takePen(id, ms) {
      const mine = randomUUID();
      // On one connection, so in this order: what is read was written before the pen was taken.
      const [taken, posted] = await Promise.all([
        answered(redis, () => redis.set(KEYS.pen(id), mine, 'PX', ms, 'NX')),
        read(Posted, KEYS.posted(id)),
      ]);
      if (taken === null) return undefined;
      return {
        posted,
        release: async () => void (await answered(redis, () => redis.eval(RELEASE, 1, KEYS.pen(id), mine))),
      };
    },
  };
}
