/** Everything at once, by seeded chance: a bot that answers by nonce, through the real client, answers each message once. */
import { type Client, Events } from 'discord.js';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { login } from './client.ts';
import { type Loopback, startLoopback } from './loopback/loopback.ts';

let discord: Loopback;
let client: Client<true>;
const CHANNELS = 20;
const EACH = 4;

beforeAll(async () => {
  discord = await startLoopback();
  discord.createGuild({ name: 'Home' });
  client = await login(discord);
});

afterAll(async () => {
  await client?.destroy();
  await discord?.close();
});

it('no message is lost, none answered twice, no limit disregarded', async () => {
  const [guild] = discord.world.guilds.values();
  if (!guild) throw new Error('no server');
  const ada = discord.createPerson({ name: 'Ada', guilds: [guild] });
  const channels = Array.from({ length: CHANNELS }, (_, index) => discord.createChannel(guild, `c${index}`));
  client.on(Events.MessageCreate, async (message) => {
    if (message.author.bot) return;
    const answer = { content: `re ${message.content}`, nonce: message.id, enforceNonce: true };
    // As a bot would that keeps what it owes: again until it is known to be done.
    for (let done = false; !done; ) {
      done = await message.reply(answer).then(
        () => true,
        () => false,
      );
    }
  });
  const { rest, gateway } = discord.faults;
  const limits = { 'limit-bucket': 0.03, 'limit-global': 0.01, 'limit-shared': 0.02 };
  const breaks = {
    'server-error': 0.08,
    'server-error-after': 0.08,
    'drop-before': 0.08,
    'drop-after': 0.08,
    slow: 0.05,
  };
  rest.byChance(11, { ...limits, ...breaks }, { forMs: 400 });
  gateway.byChance(12, { duplicate: 0.15, reorder: 0.1, drop: 0.03 });
  for (let round = 0; round < EACH; round += 1) {
    for (const channel of channels) await ada.posts(channel, `${channel.name} ${round}`);
    for (const channel of channels) await ada.sees(channel, `re ${channel.name} ${round}`, { withinMs: 50_000 });
  }
  rest.calm();
  gateway.calm();
  const said = channels.flatMap((channel) => discord.messages(channel).map(({ content }) => content));
  expect(new Set(said).size).toBe(2 * CHANNELS * EACH);
  expect(said).toHaveLength(2 * CHANNELS * EACH);
  expect(discord.ledger).toMatchObject({ overLimit: 0, invalid: 0 });
  const happened = [...Object.values(rest.happened), ...Object.values(gateway.happened)];
  expect(happened.reduce((sum, count) => sum + count)).toBeGreaterThan(CHANNELS);
});
