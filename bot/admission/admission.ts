/**
 * Who is let in: so many asks of one person in a minute and under way at once, so many of a server, and a pause between two of a
 * kind. One script in Redis decides, as several bot processes may hold one server. An ask leaves when its answer is posted, or
 * when its time is over.
 */
import type { Redis } from 'ioredis';
import { z } from 'zod';
import { SightlineError } from '#core/errors.ts';
import { LIMITS } from '#core/limits.ts';
import { answered } from '#queue/connection.ts';
import type { UsageLimits } from '#store/settings.ts';
import { KEYS } from '../keys.ts';

export interface Asking {
  readonly requestId: string;
  readonly userId: string;
  readonly guildId: string | undefined;
  /** What the pause is between: a command's name. */
  readonly action: string;
  readonly coolDownMs: number;
  readonly limits: UsageLimits;
}

export interface Admission {
  /**
   * Lets an ask in and returns its priority: how many the same server (or person, in direct messages) has under way.
   * The same request twice is undefined the second time: it is being answered already.
   * @throws SightlineError `cool_down`, `asking_too_fast`, `person_busy`, `server_busy`, `redis_unavailable`
   */
  enter(asking: Asking): Promise<number | undefined>;
  leave(asking: Pick<Asking, 'requestId' | 'userId' | 'guildId'>): Promise<void>;
}

/** An ask that nobody ended counts until then. */
const FORGOTTEN_MS = LIMITS.askDeadlineMs + 30_000;
const MINUTE_MS = 60_000;

/**
 * KEYS: under way of the person, of the server; lately of the person; the pause.
 * ARGV: request, now ms, when it is forgotten, most of the person, most of the server, most in a minute, pause ms.
 * Returns a word, and a number: the priority, or ms to wait.
 */
const ENTER = `
local request, now, forgotten = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3])
for i = 1, 2 do redis.call('ZREMRANGEBYSCORE', KEYS[i], '-inf', now) end
redis.call('ZREMRANGEBYSCORE', KEYS[3], '-inf', now - ${MINUTE_MS})
if redis.call('ZSCORE', KEYS[3], request) then return {'again', 0} end
local pause = redis.call('PTTL', KEYS[4])
if pause > 0 then return {'cool_down', pause} end
local person, server = redis.call('ZCARD', KEYS[1]), redis.call('ZCARD', KEYS[2])
if person >= tonumber(ARGV[4]) then return {'person_busy', person} end
if server >= tonumber(ARGV[5]) then return {'server_busy', server} end
if redis.call('ZCARD', KEYS[3]) >= tonumber(ARGV[6]) then
  local oldest = redis.call('ZRANGE', KEYS[3], 0, 0, 'WITHSCORES')[2]
  return {'asking_too_fast', tonumber(oldest) + ${MINUTE_MS} - now}
end
for i = 1, 2 do
  redis.call('ZADD', KEYS[i], forgotten, request)
  redis.call('PEXPIRE', KEYS[i], ${FORGOTTEN_MS})
end
redis.call('ZADD', KEYS[3], now, request)
redis.call('PEXPIRE', KEYS[3], ${MINUTE_MS})
if tonumber(ARGV[7]) > 0 then redis.call('SET', KEYS[4], '1', 'PX', ARGV[7]) end
return {'in', server}
`;

const Verdict = z.tuple([
  z.enum(['in', 'again', 'cool_down', 'person_busy', 'server_busy', 'asking_too_fast']),
  z.number(),
]);

/** In direct messages the person is their own server. */
const groupOf = ({ guildId, userId }: Pick<Asking, 'guildId' | 'userId'>) =>
  guildId === undefined ? (`guild:dm-${userId}` as const) : (`guild:${guildId}` as const);

export function createAdmission(redis: Redis, now: () => number = Date.now): Admission {
  return {
    async enter(asking) {
      const { requestId, userId, action, coolDownMs, limits } = asking;
      const keys = [
        KEYS.underWay(`user:${userId}`),
        KEYS.underWay(groupOf(asking)),
        KEYS.recent(`user:${userId}`),
        KEYS.coolDown(`${action}:${userId}`),
      ];
      const at = now();
      const { perUserInFlight, perGuildInFlight, perUserPerMinute } = limits;
      const bounds = [perUserInFlight, perGuildInFlight, perUserPerMinute, coolDownMs];
      const reply = await answered(redis, () =>
        redis.eval(ENTER, keys.length, ...keys, requestId, at, at + FORGOTTEN_MS, ...bounds),
      );
      const [verdict, figure] = Verdict.parse(reply);
      if (verdict === 'in') return figure;
      if (verdict === 'again') return undefined;
      const seconds = Math.max(1, Math.ceil(figure / 1_000));
      const detail = verdict === 'person_busy' || verdict === 'server_busy' ? figure : seconds;
      throw new SightlineError(verdict, { detail: String(detail) });
    },
    async leave(asking) {
      const { requestId, userId } = asking;
      await answered(redis, () =>
        redis
          .multi()
          .zrem(KEYS.underWay(`user:${userId}`), requestId)
          .zrem(KEYS.underWay(groupOf(asking)), requestId)
          .exec(),
      );
    },
  };
}
