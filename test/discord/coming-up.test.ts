/** The bot comes up, in as many connections as it is told, or says in its own words why it cannot. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { plain } from '#test/pictures.ts';
import { familyOf } from '#test/processes.ts';
import { alive, eventually } from '#test/redis.ts';
import { startProcess } from '#test/room.ts';
import { startShardProcesses } from '../../bot/shards.ts';
import { type BotRoom, openBotRoom } from './bot-room.ts';

let room: BotRoom;
const bytes = await plain(40, 30, [200, 0, 0]).png().toBuffer();

beforeAll(async () => {
  room = await openBotRoom({ environment: { DISCORD_SHARDS: '3' } });
});
afterAll(() => room?.close());

it('in three connections, each for its servers', async () => {
  expect(room.bot.said).toMatchObject({ ready: { name: 'sightline', shards: 3 } });
  for (let index = 0; index < 4; index += 1) {
    const guild = room.discord.createGuild({ name: `Server ${index}` });
    const channel = room.discord.createChannel(guild, 'general');
    const ada = room.discord.createPerson({ name: 'Ada', guilds: [guild] });
    await ada.posts(channel, { content: `${room.mention} what is this?`, files: [{ name: 'boat.png', bytes }] });
    await ada.sees(channel, 'A red boat');
  }
});

it('in a process each, when there are many; ended together', async () => {
  const own = await openBotRoom({ worker: true });
  await own.bot.close();
  const before = { ...process.env };
  Object.assign(process.env, {
    DISCORD_TOKEN: own.discord.token,
    DISCORD_API: own.discord.rest.api,
    DISCORD_CDN: own.discord.rest.cdn,
    REDIS_URL: own.redis.url,
    DATA_DIR: own.redis.dataDir,
    LOG_LEVEL: 'error',
  });
  try {
    const shards = await startShardProcesses(2, own.discord.token);
    const pids = familyOf(process.pid)
      .filter(({ words }) => words.includes('bot/main.ts'))
      .map(({ pid }) => pid)
      .filter((pid) => pid !== room.bot.pid);
    expect(pids).toHaveLength(2);
    for (let index = 0; index < 4; index += 1) {
      const guild = own.discord.createGuild({ name: `Server ${index}` });
      const channel = own.discord.createChannel(guild, 'general');
      const ada = own.discord.createPerson({ name: 'Ada', guilds: [guild] });
      await ada.posts(channel, { content: `${own.mention} what is this?`, files: [{ name: 'boat.png', bytes }] });
      await ada.sees(channel, 'A red boat');
    }
    await shards.close();
    await eventually('both ended', () => !pids.some(alive));
  } finally {
    for (const key of Object.keys(process.env)) if (!(key in before)) delete process.env[key];
    Object.assign(process.env, before);
    await own.close();
  }
});

const fails = async (environment: NodeJS.ProcessEnv) => {
  const said: unknown[] = [];
  await expect(
    startProcess('bot/main.ts', room.redis.url, {
      DISCORD_TOKEN: room.discord.token,
      DISCORD_API: room.discord.rest.api,
      DISCORD_SHARDS: '1',
      LOG_LEVEL: 'silent',
      ...environment,
    }).then(async (bot) => {
      said.push(bot.said);
      await bot.close();
      throw new Error('It came up.');
    }),
  ).rejects.toThrow('It came up.');
  return said[0];
};

it('not with a token that Discord does not know', async () => {
  expect(await fails({ DISCORD_TOKEN: 'wrong' })).toEqual({ failed: { code: 'discord_token_refused' } });
  expect(await fails({ DISCORD_TOKEN: 'wrong', DISCORD_SHARDS: 'auto' })).toEqual({
    failed: { code: 'discord_token_refused' },
  });
});

it('not with an intent that is switched off in the portal', async () => {
  const closed = await openBotRoom({ discord: { privilegedIntents: 0 } });
  try {
    const told = startProcess('bot/main.ts', closed.redis.url, {
      DISCORD_TOKEN: closed.discord.token,
      DISCORD_API: closed.discord.rest.api,
      DISCORD_SHARDS: '1',
      DISCORD_MESSAGE_CONTENT: 'on',
      LOG_LEVEL: 'silent',
    });
    const bot = await told;
    expect(bot.said).toEqual({ failed: { code: 'discord_intents_refused' } });
    await bot.close();
  } finally {
    await closed.close();
  }
});
