/** The bot comes up, in as many connections as it is told, or says in its own words why it cannot. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { plain } from '#test/pictures.ts';
import { startProcess } from '#test/room.ts';
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
