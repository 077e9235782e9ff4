/** Links to files: signed, good for a day, fresh on a fetched message; smaller renditions from the media proxy; stickers and emoji. */
import { type Client, Events, type Message, PermissionFlagsBits } from 'discord.js';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { login } from './client.ts';
import type { Person } from './loopback/driver/person.ts';
import { type Loopback, startLoopback } from './loopback/loopback.ts';
import type { ChannelRecord, GuildRecord } from './loopback/world/records.ts';

let discord: Loopback;
let client: Client<true>;
let guild: GuildRecord;
let channel: ChannelRecord;
let ada: Person;
const picture = await sharp({ create: { width: 400, height: 200, channels: 3, background: 'blue' } })
  .jpeg()
  .toBuffer();

beforeAll(async () => {
  discord = await startLoopback();
  guild = discord.createGuild({ name: 'Home', botPermissions: PermissionFlagsBits.ManageMessages });
  channel = discord.createChannel(guild, 'general');
  ada = discord.createPerson({ name: 'Ada', guilds: [guild] });
  client = await login(discord);
});

afterAll(async () => {
  await client?.destroy();
  await discord?.close();
});

const post = async () => {
  const heard = new Promise<Message>((resolve) => client.once(Events.MessageCreate, resolve));
  await ada.posts(channel, { files: [{ name: 'sea.jpg', bytes: picture }] });
  return await heard;
};
const statusOf = async (url: string | undefined) => (await fetch(url ?? '')).status;

describe('an attachment link', () => {
  it('expires after a day, and a fetched message has a fresh one', async () => {
    const message = await post();
    const url = message.attachments.first()?.url;
    expect(await statusOf(url)).toBe(200);
    discord.clock.advance(24 * 60 * 60_000 + 1000);
    expect(await statusOf(url)).toBe(404);
    const fresh = await message.fetch(true);
    expect(await statusOf(fresh.attachments.first()?.url)).toBe(200);
  });

  it('works with its own signature only', async () => {
    const url = (await post()).attachments.first()?.url ?? '';
    const other = (digit: string) => (digit === '0' ? '1' : '0');
    expect(await statusOf(url.replace(/(?<=hm=)./, other))).toBe(404);
    expect(await statusOf(url.replace(/(?<=ex=)./, other))).toBe(404);
  });

  it('dies with its message', async () => {
    const message = await post();
    await message.delete();
    expect(await statusOf(message.attachments.first()?.url)).toBe(404);
  });
});

describe('the media proxy', () => {
  it('is another origin, and makes smaller renditions in the format asked for', async () => {
    const attachment = (await post()).attachments.first();
    const proxied = attachment?.proxyURL ?? '';
    expect(new URL(proxied).origin).not.toBe(new URL(attachment?.url ?? '').origin);
    const bytes = await (await fetch(`${proxied}width=100&height=100&format=webp`)).arrayBuffer();
    expect(await sharp(Buffer.from(bytes)).metadata()).toMatchObject({ format: 'webp', width: 100, height: 50 });
  });

  it('does not enlarge', async () => {
    const proxied = (await post()).attachments.first()?.proxyURL ?? '';
    const bytes = await (await fetch(`${proxied}width=4000`)).arrayBuffer();
    expect((await sharp(Buffer.from(bytes)).metadata()).width).toBe(400);
  });
});

describe('emoji, stickers and other sites', () => {
  it('serves emoji in the format of the ending, stickers as they are', async () => {
    const png = await sharp(picture).resize(16, 16).png().toBuffer();
    const emoji = discord.createEmoji(guild, { name: 'sea', animated: false, bytes: png });
    const sticker = discord.createSticker(guild, { name: 'wave', format: 3, bytes: Buffer.from('{}') });
    const webp = await fetch(`${discord.rest.cdn}/emojis/${emoji.id}.webp?size=96`);
    expect(webp.headers.get('content-type')).toBe('image/webp');
    expect(await statusOf(`${discord.rest.cdn}/stickers/${sticker.id}.json`)).toBe(200);
    expect(await statusOf(`${discord.rest.cdn}/stickers/${sticker.id}.png`)).toBe(404);
  });

  it('a link unfolds into an embed with a proxied picture', async () => {
    const image = await discord.hostElsewhere('far.jpg', picture);
    const message = await ada.posts(channel, image.url);
    const updated = new Promise<Message>((resolve) => client.once(Events.MessageUpdate, (_, after) => resolve(after)));
    discord.unfurl(message, { url: image.url, thumbnail: image });
    const thumbnail = (await updated).embeds[0]?.thumbnail;
    expect(thumbnail).toMatchObject({ url: image.url, width: 400 });
    expect(await statusOf(thumbnail?.proxyURL)).toBe(200);
    expect(await statusOf(image.url)).toBe(200);
    expect((await updated).editedTimestamp).toBeNull();
  });
});
