/**
 * A client on the gateway, and its events.
 * @throws SightlineError `discord_token_refused`, `discord_intents_refused`; `discord_unreachable` when ended meanwhile
 */
import { type Client, Events } from 'discord.js';
import type { Config } from '#core/config.ts';
import type { Lifecycle } from '#ops/lifecycle.ts';
import type { Logger } from '#ops/logger.ts';
import { createClient } from './client.ts';
import { type Gateway, listenToGateway } from './gateway.ts';
import { logIn } from './log-in.ts';
import { untilReachable } from './until-reachable.ts';

interface ComingUp {
  readonly config: Config;
  readonly token: string;
  readonly shardCount: number | undefined;
  readonly log: Logger;
  readonly life: Lifecycle;
}

export function comeUp({ config, token, shardCount, log, life }: ComingUp): Promise<{
  readonly client: Client<true>;
  readonly gateway: Gateway;
}> {
  const { discordApi: api, discordMessageContent: seesContent } = config;
  return untilReachable({ log, life }, async () => {
    const unready = createClient({ api, seesContent, shardCount });
    unready.on(Events.Error, (error) => log.warn({ error }, 'discord.js'));
    unready.on(Events.ShardError, (error, shard) => log.warn({ error, shard }, 'gateway'));
    const gateway = listenToGateway(unready, log);
    try {
      const client = await logIn(unready, token);
      life.onClose('client', () => client.destroy());
      return { client, gateway };
    } catch (error) {
      await unready.destroy();
      throw error;
    }
  });
}
