/** The real discord.js client meets the loopback Discord: it logs in, hears messages, answers them with pictures. */
import { AttachmentBuilder, type Client, Events, type Message } from 'discord.js';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { login } from './client.ts';
import { type Loopback, startLoopback } from './loopback/loopback.ts';

let discord: Loopback;
let client: Client<true>;
const picture = await sharp({ create: { width: 40, height: 30, channels: 3, background: 'red' } })
  .png()
  .toBuffer();

beforeAll(async () => {
  discord = await startLoopback();
  discord.createGuild({ name: 'Home' });
  client = await login(discord);
});

afterAll(async () => {
  await client?.destroy();
  await discord?.close();
});

const heard = async () => await new Promise<Message>((resolve) => client.once(Events.MessageCreate, resolve));

describe('login', () => {
  it('is ready with its servers', () => {
    expect(client.user.username).toBe('sightline');
    expect(client.guilds.cache.map(({ name }) => name)).toEqual(['Home']);
  });
});

describe('a message with a picture', () => {
  it('arrives with its attachment, whose link works, and is answered with another', async () => {
    const [guild] = discord.world.guilds.values();
    if (!guild) throw new Error('no server');
    const channel = discord.createChannel(guild, 'general');
    const ada = discord.createPerson({ name: 'Ada', guilds: [guild] });
    const waiting = heard();
    await ada.posts(channel, {
      content: 'look',
      files: [{ name: 'red.png', bytes: picture, description: 'All red.' }],
    });
    const message = await waiting;
    const attachment = message.attachments.first();
    expect(attachment).toMatchObject({ name: 'red.png', width: 40, height: 30, description: 'All red.' });
    const bytes = Buffer.from(await (await fetch(attachment?.url ?? '')).arrayBuffer());
    expect(bytes.equals(picture)).toBe(true);
    await message.reply({
      content: 'Red.',
      files: [new AttachmentBuilder(picture, { name: 'heat.png', description: 'Where I looked.' })],
      allowedMentions: { parse: [], repliedUser: false },
    });
    await ada.sees(channel, 'Red.');
    expect(ada.screen(channel)).toMatchInlineSnapshot(`
      "Ada:
        look
        (file red.png 40×30, alt "All red.")
      Sightline [app] (reply to Ada: "look"):
        Red.
        (file heat.png 40×30, alt "Where I looked.")"
    `);
    expect(ada.pings(channel)).toEqual([]);
    expect(discord.ledger.overLimit).toBe(0);
  });
});
