/** The bot process: Discord's gateway on one side, the queue on the other. `npm run bot`. */
import { readConfig } from '#core/config.ts';
import { runProcess } from '#ops/lifecycle.ts';
import { createLogger } from '#ops/logger.ts';
import { createClient } from './client.ts';

const log = createLogger('bot');

await runProcess(log, async (life) => {
  const config = readConfig();
  log.level = config.logLevel;
  const client = createClient({
    api: config.discordApi,
    seesContent: config.discordMessageContent,
    shards: 'auto',
  });
  life.onClose('client', () => client.destroy());
  await client.login(process.env.DISCORD_TOKEN);
});
