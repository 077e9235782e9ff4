/**
 * A client on the gateway, and its events. A Discord that cannot be reached is tried again, as a bot that is started while the
 * network is down should come up by itself.
 * @throws SightlineError `discord_token_refused`, `discord_intents_refused`; `discord_unreachable` when ended meanwhile
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { type Client, Events } from 'discord.js';
import type { Config } from '#core/config.ts';
import { asSightlineError, ERRORS } from '#core/errors.ts';
import type { Lifecycle } from '#ops/lifecycle.ts';
import type { Logger } from '#ops/logger.ts';
import { createClient } from './client.ts';
import { type Gateway, listenToGateway } from './gateway.ts';
import { logIn } from './log-in.ts';

interface ComingUp {
  readonly config: Config;
  readonly token: string;
  readonly shardCount: number | undefined;
  readonly log: Logger;
  readonly life: Lifecycle;
}

const PAUSE_MS = { first: 500, most: 10_000 } as const;

export async function comeUp({ config, token, shardCount, log, life }: ComingUp): Promise<{
  readonly client: Client<true>;
  readonly gateway: Gateway;
}> {
  const { discordApi: api, discordMessageContent: seesContent } = config;
  for (let pauseMs: number = PAUSE_MS.first; ; pauseMs = Math.min(2 * pauseMs, PAUSE_MS.most)) {
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
      const { code, message } = asSightlineError(error);
      if (!ERRORS[code].retry || life.closing) throw error;
      log.warn({ pauseMs }, message);
      await sleep(pauseMs);
    }
  }
}
