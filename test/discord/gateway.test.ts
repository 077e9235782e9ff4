/** The gateway under the real client: what it may see, which shard hears of it, and that nothing is lost when the line breaks. */

import { inflateSync } from 'node:zlib';
import { Events, GatewayDispatchEvents, GatewayIntentBits, type Message } from 'discord.js';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { WebSocket } from 'ws';
import { ALL_INTENTS, createClient, login } from './client.ts';
import type { Person } from './loopback/driver/person.ts';
import { type Loopback, startLoopback } from './loopback/loopback.ts';
import type { ChannelRecord, GuildRecord } from './loopback/world/records.ts';

let discord: Loopback;
let guild: GuildRecord;
let channel: ChannelRecord;
let ada: Person;
const opened: { destroy(): Promise<void> }[] = [];

beforeEach(async () => {
  discord = await startLoopback({ heartbeatIntervalMs: 200 });
  guild = discord.createGuild({ name: 'Home' });
  channel = discord.createChannel(guild, 'general');
  ada = discord.createPerson({ name: 'Ada', guilds: [guild] });
});

afterEach(async () => {
  await Promise.all(opened.splice(0).map(async (client) => await client.destroy()));
  await discord.close();
});

async function listening(intents = ALL_INTENTS) {
  const client = await login(discord, intents);
  opened.push(client);
  const heard: Message[] = [];
  client.on(Events.MessageCreate, (message) => void heard.push(message));
  return { client, heard, contents: () => heard.map(({ content }) => content) };
}

describe('a broken line', () => {
  it.each([
    ['cut', 'drop'],
    ['asked to reconnect', 'askToReconnect'],
  ] as const)('is resumed without loss: %s', async (_, verb) => {
    const { contents } = await listening();
    await ada.posts(channel, 'before');
    await expect.poll(contents).toEqual(['before']);
    for (const connection of discord.gateway.connections) connection[verb]();
    await ada.posts(channel, 'during');
    await ada.posts(channel, 'after');
    await expect.poll(contents, { timeout: 20_000 }).toEqual(['before', 'during', 'after']);
    await expect.poll(() => discord.gateway.seen, { timeout: 20_000 }).toMatchObject({ identifies: 1, resumes: 1 });
  });

  it('whose session is gone is opened anew', async () => {
    const { contents } = await listening();
    for (const connection of discord.gateway.connections) connection.invalidate(false);
    await expect.poll(() => discord.gateway.seen.identifies, { timeout: 20_000 }).toBe(2);
    await ada.posts(channel, 'hello again');
    await expect.poll(contents, { timeout: 20_000 }).toEqual(['hello again']);
  });

  it('that only seems alive is noticed by missing heartbeat acks', async () => {
    const { contents } = await listening();
    discord.faults.gateway.muteAcks(true);
    await expect.poll(() => discord.gateway.connections.size, { timeout: 20_000 }).toBe(0);
    discord.faults.gateway.muteAcks(false);
    await ada.posts(channel, 'while away');
    await expect.poll(contents, { timeout: 20_000 }).toEqual(['while away']);
    expect(discord.gateway.seen.resumes).toBeGreaterThan(0);
  });
});

describe('events on demand', () => {
  it('come twice', async () => {
    const { client, contents } = await listening();
    const events: unknown[] = [];
    client.ws.on(GatewayDispatchEvents.MessageCreate, ({ content }: { content: string }) => void events.push(content));
    discord.faults.gateway.next('duplicate', 'MESSAGE_CREATE');
    await ada.posts(channel, 'twice');
    await expect.poll(() => events).toEqual(['twice', 'twice']);
    // The client knows the message already, as long as its cache does.
    expect(contents()).toEqual(['twice']);
  });

  it('come out of order', async () => {
    const { contents } = await listening();
    discord.faults.gateway.next('reorder', 'MESSAGE_CREATE');
    await ada.posts(channel, 'first');
    await ada.posts(channel, 'second');
    await expect.poll(contents).toEqual(['second', 'first']);
  });
});

describe('intents', () => {
  it('not switched on in the portal close with 4014', async () => {
    const client = createClient(discord, [GatewayIntentBits.Guilds, GatewayIntentBits.GuildMembers]);
    opened.push(client);
    await expect(client.login(discord.token)).rejects.toThrow('disallowed intents');
  });

  it('a wrong token is refused by REST first', async () => {
    const client = createClient(discord);
    opened.push(client);
    await expect(client.login('wrong')).rejects.toThrow();
    expect(discord.ledger.entries.map(({ status }) => status)).toEqual([401]);
  });

  it('without MESSAGE_CONTENT only mentions, DMs and replies to the bot have content', async () => {
    const { client, heard, contents } = await listening(
      ALL_INTENTS.filter((intent) => intent !== GatewayIntentBits.MessageContent),
    );
    const bytes = Buffer.from('x');
    await ada.posts(channel, { content: 'secret', files: [{ name: 'a.txt', bytes }] });
    const ours = await client.channels.cache.get(channel.id)?.fetch();
    if (!ours?.isSendable()) throw new Error('no channel');
    const sent = await ours.send('from the bot');
    await ada.posts(channel, { content: `<@${client.user.id}> look`, files: [{ name: 'b.txt', bytes }] });
    const record = discord.world.messages.get(channel.id)?.get(sent.id);
    if (record) await ada.replies(record, 'and now?');
    await ada.posts(discord.direct(ada), 'direct');
    await expect.poll(contents).toEqual(['', 'from the bot', `<@${client.user.id}> look`, 'and now?', 'direct']);
    expect(heard.map(({ attachments }) => attachments.size)).toEqual([0, 0, 1, 0, 0]);
  });
});

describe('what a bot may not view', () => {
  it('is not told to it', async () => {
    const { contents } = await listening();
    const hidden = discord.createChannel(guild, 'hidden', [
      { id: discord.world.bot.id, kind: 'member', allow: 0n, deny: 1024n },
    ]);
    await ada.posts(hidden, 'whisper');
    await ada.posts(channel, 'aloud');
    await expect.poll(contents).toEqual(['aloud']);
  });
});

describe('shards', () => {
  it('hear of their own servers only', async () => {
    const other = Array.from({ length: 8 }, (_, index) => discord.createGuild({ name: `Server ${index}` }));
    const client = createClient(discord);
    client.options.shards = [0];
    client.options.shardCount = 2;
    opened.push(client);
    const ready = new Promise((resolve) => client.once(Events.ClientReady, resolve));
    await client.login(discord.token);
    await ready;
    const expected = [guild, ...other].filter(({ id }) => (BigInt(id) >> 22n) % 2n === 0n).map(({ id }) => id);
    expect([...client.guilds.cache.keys()].sort()).toEqual(expected.sort());
  });
});

describe('the wire', () => {
  const connect = async (query: string) => {
    const socket = new WebSocket(`${discord.rest.cdn.replace('http', 'ws')}/gateway?v=10&encoding=json${query}`);
    const received: Buffer[] = [];
    socket.on('message', (bytes: Buffer) => received.push(bytes));
    await vi.waitFor(() => expect(received).toHaveLength(1));
    return { socket, received };
  };
  const identify = { op: 2, d: { token: 'loopback-token', intents: 1, properties: {}, compress: true } };

  it('deflates each payload when identify asks for it', async () => {
    const { socket, received } = await connect('');
    socket.send(JSON.stringify(identify));
    await vi.waitFor(() => expect(received).toHaveLength(3));
    expect(JSON.parse(inflateSync(received[1] ?? Buffer.alloc(0)).toString())).toMatchObject({ t: 'READY', s: 1 });
    socket.close();
  });

  it('ends each payload of a zlib stream with a flush', async () => {
    const { socket, received } = await connect('&compress=zlib-stream');
    expect(received[0]?.subarray(-4).toString('hex')).toBe('0000ffff');
    socket.close();
  });

  it.each([
    ['a payload before identify', { op: 3, d: {} }, 4003],
    ['a wrong token', { op: 2, d: { ...identify.d, token: 'no' } }, 4004],
    ['an unknown intent', { op: 2, d: { ...identify.d, intents: 1 << 30 } }, 4013],
    ['a shard that cannot be', { op: 2, d: { ...identify.d, shard: [2, 2] } }, 4010],
    ['no payload at all', 'hello', 4002],
  ])('is closed after %s', async (_, payload, code) => {
    const { socket } = await connect('');
    const closed = new Promise((resolve) => socket.once('close', resolve));
    socket.send(JSON.stringify(payload));
    expect(await closed).toBe(code);
  });

  it('is closed after 120 payloads in a minute', async () => {
    const { socket } = await connect('');
    const closed = new Promise((resolve) => socket.once('close', resolve));
    for (let beat = 0; beat <= 120; beat += 1) socket.send(JSON.stringify({ op: 1, d: null }));
    expect(await closed).toBe(4008);
  });
});
