/** The bot process: Discord's gateway on one side, the queue on the other. `npm run bot`. */
import { readConfig, readSecret } from '#core/config.ts';
import { SightlineError } from '#core/errors.ts';
import { runProcess } from '#ops/lifecycle.ts';
import { createLogger } from '#ops/logger.ts';
import { redisToJoin } from '#queue/redis-server.ts';
import { openBot } from './open-bot.ts';
import { isShardOfMany, needsProcesses, recommendedShards, startShardProcesses } from './shards.ts';
import { untilReachable } from './until-reachable.ts';

const log = createLogger('bot');

await runProcess(log, async (life) => {
  const config = readConfig();
  log.level = config.logLevel;
  const token = readSecret('DISCORD_TOKEN');
  if (token === undefined) throw new SightlineError('discord_token_missing');
  const url = await redisToJoin(config);

  const { discordApi, discordShards } = config;
  if (isShardOfMany(process.env)) {
    // Which shard it is, discord.js reads from the environment that its manager has set.
    await openBot({ config, token, url, log, life });
    return;
  }
  const count =
    discordShards === 'auto'
      ? await untilReachable({ log, life }, () => recommendedShards(discordApi, token))
      : discordShards;
  if (needsProcesses(count)) {
    const shards = await startShardProcesses(count, token);
    life.onClose('shards', () => shards.close());
    process.send?.({ ready: { name: 'the bot', shards: count } });
    return;
  }
  const bot = await openBot({ config, token, url, shardCount: count, log, life });
  process.send?.({ ready: bot });
  log.info({ ...bot }, 'on Discord');
});
