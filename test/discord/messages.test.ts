/** Messages over REST, held to Discord's rules: what is refused and with which code, whom they ping, replies, forwards, threads, DMs. */
import {
  type APIMessage,
  ChannelType,
  type Client,
  DiscordAPIError,
  type MessageCreateOptions,
  MessageFlags,
  MessageReferenceType,
  PermissionFlagsBits as P,
  type TextChannel,
  type ThreadChannel,
} from 'discord.js';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { login } from './client.ts';
import type { Person } from './loopback/driver/person.ts';
import { type Loopback, startLoopback } from './loopback/loopback.ts';
import type { ChannelRecord, GuildRecord } from './loopback/world/records.ts';

let discord: Loopback;
let client: Client<true>;
let guild: GuildRecord;
let channel: ChannelRecord;
let target: TextChannel;
let ada: Person;

beforeAll(async () => {
  discord = await startLoopback();
  client = await login(discord);
});

beforeEach(async () => {
  guild = discord.createGuild({ name: 'Home' });
  channel = discord.createChannel(guild, 'general');
  ada = discord.createPerson({ name: 'Ada', guilds: [guild] });
  target = (await client.channels.fetch(channel.id)) as TextChannel;
});

afterAll(async () => {
  await client?.destroy();
  await discord?.close();
});

const codeOf = async (work: Promise<unknown>) =>
  await work.then(
    () => 'fine',
    (error: unknown) => (error instanceof DiscordAPIError ? error.code : error),
  );
const refused = async (work: Promise<unknown>) =>
  await work.then(
    () => undefined,
    (error: DiscordAPIError) => error.rawError,
  );
const deny = (bits: bigint) =>
  discord.setOverwrites(channel, [{ id: discord.world.bot.id, kind: 'member', allow: 0n, deny: bits }]);
const raw = (body: object) => client.rest.post(`/channels/${channel.id}/messages`, { body });

describe('a form error', () => {
  it('names the field, in the documented shape', async () => {
    expect(await refused(target.send('x'.repeat(2001)))).toEqual({
      message: 'Invalid Form Body',
      code: 50035,
      errors: { content: { _errors: [{ code: 'BASE_TYPE_MAX_LENGTH', message: 'Must be 2000 or fewer in length.' }] } },
    });
  });

  const button = (id: string) => ({ type: 2, style: 1, label: 'x', custom_id: id });
  const rows = (...components: object[]) => ({ content: 'x', components: [{ type: 1, components }] });
  const embed = (part: object) => ({ embeds: [part] });
  const attachments = [{ id: 0, description: 'x'.repeat(1025) }];
  it.each<[string, object]>([
    ['content of 2001', { content: 'x'.repeat(2001) }],
    ['an embed description of 4097', embed({ description: 'x'.repeat(4097) })],
    ['an embed title of 257', embed({ title: 'x'.repeat(257) })],
    ['26 fields', embed({ fields: Array.from({ length: 26 }, () => ({ name: 'a', value: 'b' })) })],
    ['an empty field', embed({ fields: [{ name: 'a', value: '' }] })],
    ['a field value of 1025', embed({ fields: [{ name: 'a', value: 'x'.repeat(1025) }] })],
    ['6001 characters of embeds', { embeds: [{ description: 'x'.repeat(4000) }, { description: 'x'.repeat(2001) }] }],
    ['11 embeds', { embeds: Array.from({ length: 11 }, () => ({ title: 'x' })) }],
    ['an embed picture that is no address', embed({ image: { url: 'nope' } })],
    ['6 rows', { content: 'x', components: Array.from({ length: 6 }, (_, i) => rows(button(`${i}`)).components[0]) }],
    ['6 buttons in a row', rows(...Array.from({ length: 6 }, (_, i) => button(`${i}`)))],
    ['a select beside a button', rows(button('a'), { type: 5, custom_id: 'b' })],
    ['a custom id of 101', rows(button('x'.repeat(101)))],
    ['the same custom id twice', rows(button('a'), button('a'))],
    ['a label of 81', rows({ ...button('a'), label: 'x'.repeat(81) })],
    [
      '26 options',
      rows({ type: 3, custom_id: 'a', options: Array.from({ length: 26 }, (_, i) => ({ label: 'x', value: `${i}` })) }),
    ],
    ['a link button with a custom id', rows({ type: 2, style: 5, label: 'x', url: 'https://x.y', custom_id: 'a' })],
    ['a nonce of 26', { content: 'x', nonce: 'x'.repeat(26) }],
    ['mentions both parsed and listed', { content: 'x', allowed_mentions: { parse: ['users'], users: ['1'] } }],
    ['alt text of 1025', { content: 'x', attachments }],
    ['a text display outside components v2', { content: 'x', components: [{ type: 10, content: 'hi' }] }],
    [
      'content beside components v2',
      { content: 'x', flags: MessageFlags.IsComponentsV2, components: [{ type: 10, content: 'hi' }] },
    ],
    ['a reply to nothing', { content: 'x', message_reference: { message_id: '1' } }],
  ])('is given for %s', async (_, body) => {
    expect(await codeOf(raw(body))).toBe(50035);
    expect(discord.messages(channel)).toEqual([]);
  });

  it.each<[string, object]>([
    ['content of 2000', { content: 'x'.repeat(2000) }],
    [
      '5 rows of 5 buttons',
      {
        content: 'x',
        components: Array.from({ length: 5 }, (_, r) => ({
          type: 1,
          components: Array.from({ length: 5 }, (__, c) => button(`${r}${c}`)),
        })),
      },
    ],
    [
      'components v2',
      { flags: MessageFlags.IsComponentsV2, components: [{ type: 17, components: [{ type: 10, content: 'hi' }] }] },
    ],
    [
      'a reply to nothing that may fail',
      { content: 'x', message_reference: { message_id: '1', fail_if_not_exists: false } },
    ],
  ])('is not given for %s', async (_, body) => {
    expect(await codeOf(raw(body))).toBe('fine');
  });
});

describe('other refusals', () => {
  it.each<[string, bigint, number]>([
    ['not view', P.ViewChannel, 50001],
    ['not send', P.SendMessages, 50013],
  ])('come to a bot that may %s', async (_, bits, code) => {
    deny(bits);
    expect(await codeOf(raw({ content: 'x' }))).toBe(code);
  });

  it('come for files, embeds and replies without the permission', async () => {
    const original = await ada.posts(channel, 'hello');
    const reply = { content: 'x', message_reference: { message_id: original.id } };
    deny(P.AttachFiles);
    expect(await codeOf(target.send({ files: [{ attachment: Buffer.from('x'), name: 'a.txt' }] }))).toBe(50013);
    deny(P.EmbedLinks);
    expect(await codeOf(raw({ embeds: [{ title: 'x' }] }))).toBe(50013);
    deny(P.ReadMessageHistory);
    expect(await codeOf(raw(reply))).toBe(160002);
  });

  it('come for nothing, for too much, and for what is not there', async () => {
    expect(await codeOf(raw({ content: ' ' }))).toBe(50006);
    const file = { attachment: Buffer.alloc(10 * 1024 * 1024 + 1), name: 'big.bin' };
    expect(await refused(target.send({ files: [file] }))).toEqual({ message: 'Request entity too large', code: 40005 });
    expect(await codeOf(client.rest.get('/channels/123456789012345678'))).toBe(10003);
    expect(await codeOf(target.messages.fetch('123456789012345678'))).toBe(10008);
    expect(await codeOf(client.rest.get(`/guilds/${guild.id}/members/${discord.world.bot.id}0`))).toBe(10013);
    discord.leave(guild, ada);
    expect(await codeOf(client.rest.get(`/guilds/${guild.id}/members/${ada.id}`))).toBe(10007);
    discord.deleteChannel(channel);
    expect(await codeOf(raw({ content: 'x' }))).toBe(10003);
  });

  it('come for editing or deleting what others wrote', async () => {
    const theirs = await ada.posts(channel, 'hello');
    const path = `/channels/${channel.id}/messages/${theirs.id}` as const;
    expect(await codeOf(client.rest.patch(path, { body: { content: 'mine' } }))).toBe(50005);
    expect(await codeOf(client.rest.delete(path))).toBe(50013);
    const own = await target.send('mine');
    expect(await codeOf(own.edit({ content: '' }))).toBe(50006);
  });
});

describe('editing', () => {
  it('replaces words, keeps the files listed, and changes their alt text', async () => {
    const files = ['a.txt', 'b.txt'].map((name) => ({ attachment: Buffer.from(name), name }));
    const sent = await target.send({ content: 'one', files });
    const [first] = sent.attachments.values();
    if (!first) throw new Error('no file');
    await client.rest.patch(`/channels/${channel.id}/messages/${sent.id}`, {
      body: { content: 'two', attachments: [{ id: first.id, description: 'The first.' }] },
    });
    expect(ada.screen(channel)).toMatchInlineSnapshot(`
      "Sightline [app] (edited):
        two
        (file a.txt, alt "The first.")"
    `);
  });
});

describe('pings', () => {
  it('follow the words, the permissions and allowed_mentions', async () => {
    const role = discord.createRole(guild, 'crew', 0n, true);
    const bo = discord.createPerson({ name: 'Bo', guilds: [guild] });
    const pinged = async (options: MessageCreateOptions) => {
      const { id } = await target.send(options);
      return [...(discord.world.messages.get(channel.id)?.get(id)?.pingedIds ?? [])];
    };
    const content = `<@${ada.id}> <@&${role.id}> @everyone`;
    expect(await pinged({ content })).toContain(bo.id);
    expect(await pinged({ content, allowedMentions: { parse: [] } })).toEqual([]);
    expect(await pinged({ content, allowedMentions: { users: [ada.id] } })).toEqual([ada.id]);
    expect(await pinged({ content: `\`<@${ada.id}>\`` })).toEqual([]);
    deny(P.MentionEveryone);
    expect(await pinged({ content: '@everyone' })).toEqual([]);
  });

  it('of replies are the replier’s choice', async () => {
    const post = await ada.posts(channel, 'hello');
    const reply = { messageReference: post.id, failIfNotExists: true };
    await target.send({ content: 'loud', reply });
    await target.send({ content: 'quiet', reply, allowedMentions: { repliedUser: false } });
    expect(ada.pings(channel).map(({ content }) => content)).toEqual(['loud']);
  });
});

describe('forwards', () => {
  it('hold a copy of the moment, which the bot reads without their author', async () => {
    const post = await ada.posts(channel, { content: 'original', files: [{ name: 'a.txt', bytes: Buffer.from('x') }] });
    const other = discord.createChannel(guild, 'other');
    const forward = await ada.forwards(post, other);
    await ada.edits(post, 'changed');
    const there = (await client.channels.fetch(other.id)) as TextChannel;
    const seen = await there.messages.fetch(forward.id);
    expect(seen.reference?.type).toBe(MessageReferenceType.Forward);
    expect(seen.content).toBe('');
    // By REST: the client shows a message it has cached in place of the copy.
    const plain = (await client.rest.get(`/channels/${other.id}/messages/${forward.id}`)) as APIMessage;
    const copy = plain.message_snapshots?.[0]?.message;
    expect(copy).toMatchObject({ content: 'original', attachments: [{ filename: 'a.txt' }] });
    expect(copy).not.toHaveProperty('author');
    expect(ada.screen(other)).toMatchInlineSnapshot(`
      "Ada (forwarded):
        » original
        » (file a.txt, no alt text)"
    `);
    await seen.forward(target);
    await ada.sees(channel, '» original');
  });
});

describe('threads', () => {
  it('open again when spoken in, unless locked; archived ones take no edits', async () => {
    const thread = discord.createThread(channel, 'talk');
    const there = (await client.channels.fetch(thread.id)) as ThreadChannel;
    expect(there.type).toBe(ChannelType.PublicThread);
    const sent = await there.send('hello');
    discord.archive(thread);
    expect(await codeOf(sent.edit('changed'))).toBe(50083);
    expect(await codeOf(sent.react('👍'))).toBe(50083);
    await there.send('open again');
    expect(thread.thread?.archived).toBe(false);
    discord.archive(thread, true);
    expect(await codeOf(client.rest.post(`/channels/${thread.id}/messages`, { body: { content: 'x' } }))).toBe(50083);
  });
});

describe('DMs', () => {
  it('reach a person, unless they accept none', async () => {
    const dm = await (await client.users.fetch(ada.id)).createDM();
    await dm.send('psst');
    expect(ada.screen(discord.direct(ada))).toBe('Sightline [app]:\n  psst');
    ada.user.acceptsDms = false;
    expect(await codeOf(dm.send('psst'))).toBe(50007);
  });
});

describe('reactions and deletions', () => {
  it('are seen by people, and by the bot', async () => {
    const sent = await target.send('rate me');
    await sent.react('👍');
    const record = discord.world.messages.get(channel.id)?.get(sent.id);
    if (!record) throw new Error('no message');
    await ada.reacts(record, '👍');
    expect(discord.render(record)).toBe('Sightline [app]:\n  rate me\n  👍 2');
    expect(await codeOf(sent.react('not an emoji'))).toBe(10014);
    await sent.delete();
    await ada.noLongerSees(channel, 'rate me');
  });

  it('of many at once need their permission, two at least, and none older than two weeks', async () => {
    const ids = (await Promise.all(['a', 'b'].map(async (text) => await target.send(text)))).map(({ id }) => id);
    const bulk = (messages: string[]) =>
      client.rest.post(`/channels/${channel.id}/messages/bulk-delete`, { body: { messages } });
    expect(await codeOf(bulk(ids))).toBe(50013);
    discord.setBotPermissions(guild, P.ManageMessages);
    expect(await codeOf(bulk(ids.slice(1)))).toBe(50016);
    expect(await codeOf(bulk(ids))).toBe('fine');
    expect(discord.messages(channel)).toEqual([]);
  });
});
