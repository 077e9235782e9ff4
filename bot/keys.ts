/**
 * The bot's keys in Redis, each with its time to live. Nothing here outlives a day, and nothing secret is kept anywhere
 * else: a token that answers an interaction stands under a key of its own, never in a job.
 */
import { DISCORD } from './limits.ts';

const key = (kind: string) => (id: string) => `sightline:bot:${kind}:${id}`;

export const KEYS = {
  /** The token of an interaction, by request. */
  token: key('token'),
  /** What was asked, by whom and where: for the buttons under an answer. */
  ask: key('ask'),
  /** The request that one of our messages answers. */
  answerOf: key('answer-of'),
  /** Where the reply to a request stands, and whether it is the last word. */
  posted: key('posted'),
  /** Held by whoever is writing the reply to a request. */
  pen: key('pen'),
  /** The pictures that an open form asks about, by the interaction that opened it. */
  form: key('form'),
  /** A picture that may be described without being asked, by its message; and all of them, by when it is their turn. */
  altNote: key('alt-note'),
  altDue: key('alt-due') as (all: 'all') => string,
  /** An ask that waits for the author of its pictures to agree. */
  held: key('held'),
  /** Which commands Discord was last told of, as a hash. */
  registered: key('registered'),
  /** The asks under way of a person or server, and who has asked what lately. */
  underWay: key('under-way') as (who: `user:${string}` | `guild:${string}`) => string,
  recent: key('recent') as (who: `user:${string}`) => string,
  coolDown: key('cool-down') as (what: `${string}:${string}`) => string,
} as const;

export const TTL_SECONDS = {
  /** A little less than Discord's own, so that a token that is there also works. */
  token: DISCORD.interactionTokenMs / 1_000 - 10,
  /** As long as the pictures are kept (LIMITS.uploadTtlSeconds). */
  ask: 3_600,
  /** Longer than any answer job is tried, and than a bot is down over night. */
  posted: 24 * 3_600,
  /** A picture older than this is not described any more; its description is known to the store for longer. */
  altNote: 24 * 3_600,
  /** Who has not agreed by then does not. */
  held: 3_600,
  /** A form that has been open longer was forgotten. */
  form: DISCORD.interactionTokenMs / 1_000,
} as const;
