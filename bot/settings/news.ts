/** Changes of settings between bot processes, over Redis: an id per change. What is lost, the cache notices by itself later. */
import type { Redis } from 'ioredis';
import type { Subscriber } from '#queue/subscriber.ts';
import type { SettingsNews } from '#store/guild-settings.ts';
import { Snowflake } from '#store/settings.ts';

const CHANNEL = 'sightline:settings';

export const settingsNews = (redis: Redis, subscriber: Subscriber): SettingsNews => ({
  tell(guildId) {
    redis.publish(CHANNEL, guildId).catch(() => {});
  },
  listen(heard) {
    // Anything may be published in a Redis that others use too.
    subscriber.listen(CHANNEL, (message) => heard(Snowflake.safeParse(message).data));
    subscriber.onReconnect(() => heard(undefined));
  },
});
