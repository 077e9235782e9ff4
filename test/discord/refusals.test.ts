/** Whatever keeps an ask from being answered has a sentence of its own with a next step, in one reply. */
import { PermissionFlagsBits as May } from 'discord-api-types/v10';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { SightlineError } from '#core/errors.ts';
import { plain } from '#test/pictures.ts';
import { type BotRoom, openBotRoom } from './bot-room.ts';
import type { Person } from './loopback/driver/person.ts';
import type { ChannelRecord } from './loopback/world/records.ts';

let room: BotRoom;
let channel: ChannelRecord;
let ada: Person;
let ben: Person;
const bytes = await plain(40, 30, [200, 0, 0]).png().toBuffer();
const picture = { name: 'boat.png', bytes };
let answering: BotRoom['handle'];

beforeAll(async () => {
  room = await openBotRoom();
  answering = room.handle;
});
afterAll(() => room?.close());
beforeEach(() => {
  ({ channel, ada, ben } = room.scene());
  room.handle = answering;
});

/** What the bot says, each message once. */
const replies = (person: Person, where = channel) =>
  person
    .screen(where)
    .split(/^(?=\S)/m)
    .filter((message) => message.startsWith('Sightline'))
    .join('');

async function saysTo(person: Person, where = channel): Promise<string> {
  await person.sees(where, '[app]');
  await new Promise((done) => setTimeout(done, 200));
  return replies(person, where);
}

describe('a mention', () => {
  it('without a picture', async () => {
    await ada.posts(channel, `${room.mention} what is this?`);
    expect(await saysTo(ada)).toMatchInlineSnapshot(`
      "Sightline [app] (reply to Ada: "@Sightline what is this?"):
        There is no picture to look at. Attach one, reply to one, or use /ask.
        [Delete]"
    `);
  });

  it('with a file that is none', async () => {
    await ada.posts(channel, {
      content: `${room.mention} what is this?`,
      files: [{ name: 'notes.txt', bytes: Buffer.from('notes') }],
    });
    expect(await saysTo(ada)).toMatchInlineSnapshot(`
      "Sightline [app] (reply to Ada: "@Sightline what is this?"):
        That is not a picture I can recognise. Send a JPEG, PNG, WebP, GIF or AVIF file.
        [Delete]"
    `);
  });

  it('under a message whose picture Discord does not show us', async () => {
    const message = await ada.posts(channel, { files: [picture] });
    await ben.replies(message, `${room.mention} what is this?`);
    expect(await saysTo(ben)).toMatchInlineSnapshot(`
      "Sightline [app] (reply to Ben: "@Sightline what is this?"):
        I cannot see the picture in that message: Discord shows me only messages that mention me. Long-press or right-click it and choose **Apps → Ask about picture**, or use /ask with the picture.
        [Delete]"
    `);
  });

  it('under a message that has been deleted', async () => {
    const message = await ada.posts(channel, { files: [picture] });
    await ada.deletes(message);
    await ben.replies(message, `${room.mention} what is this?`);
    expect(await saysTo(ben)).toMatchInlineSnapshot(`
      "Sightline [app] (reply to Ben: "@Sightline what is this?"):
        The message this was about has been deleted. Post the picture again and ask there.
        [Delete]"
    `);
  });

  it('with a question over the limit', async () => {
    await ada.posts(channel, { content: `${room.mention} ${'why? '.repeat(120)}`, files: [picture] });
    expect(await saysTo(ada)).toMatchInlineSnapshot(`
      "Sightline [app] (reply to Ada: "@Sightline why? why? why? why? why? why? why? why? why? why?…"):
        That question is too long. Ask it in at most 500 characters.
        [Delete]"
    `);
  });

  it('with a link to a place that is not on the list', async () => {
    await ada.posts(channel, `${room.mention} what is this? https://elsewhere.example/boat.png`);
    expect(await saysTo(ada)).toMatchInlineSnapshot(`
      "Sightline [app] (reply to Ada: "@Sightline what is this? https://elsewhere.example/boat.png"):
        I only fetch pictures from Discord and from places on my list. Upload the picture here instead.
        [Delete]"
    `);
  });

  it('whose message is deleted before the answer is there', async () => {
    const open = Promise.withResolvers<void>();
    room.handle = async (ask, context) => {
      await open.promise;
      return answering(ask, context);
    };
    const message = await ada.posts(channel, { content: `${room.mention} what is this?`, files: [picture] });
    await expect.poll(() => room.asked.at(-1)?.replyTo).toContain(message.id);
    await ada.deletes(message);
    open.resolve();
    expect(await saysTo(ben)).toMatchInlineSnapshot(`
      "Sightline [app]:
        The message this was about has been deleted. Post the picture again and ask there."
    `);
  });

  it('by somebody who has left meanwhile is still answered, once', async () => {
    const open = Promise.withResolvers<void>();
    room.handle = async (ask, context) => {
      await open.promise;
      return answering(ask, context);
    };
    const message = await ada.posts(channel, { content: `${room.mention} what is this?`, files: [picture] });
    await expect.poll(() => room.asked.at(-1)?.replyTo).toContain(message.id);
    room.discord.leave(room.guild, ada);
    open.resolve();
    expect(await saysTo(ben)).toContain('A red boat');
  });

  it('a second right after the first, and a fourth while three are under way', async () => {
    await ada.posts(channel, { content: `${room.mention} what is this?`, files: [picture] });
    await ada.posts(channel, { content: `${room.mention} what is that?`, files: [picture] });
    await ada.sees(channel, 'Not so fast');
    const open = Promise.withResolvers<void>();
    room.handle = async (ask, context) => {
      await open.promise;
      return answering(ask, context);
    };
    for (const command of ['/ask', '/read', '/caption']) {
      await ben.runs(channel, command, { picture, ...(command === '/ask' ? { question: 'What?' } : {}) });
    }
    await ben.sees(channel, 'thinking');
    const fourth = await ben.seesReply(await ben.runs(channel, '/where', { picture, thing: 'boat' }));
    expect(room.discord.render(fourth)).toMatchInlineSnapshot(`
      "Sightline [app] (Ben used /where; only Ben sees this):
        You have 3 questions under way. Wait for an answer, or cancel one."
    `);
    open.resolve();
  });
});

describe('where the bot may not speak', () => {
  const silent = (bits: bigint) => [{ id: room.guild.id, kind: 'role' as const, allow: 0n, deny: bits }];

  it('the asker is told directly', async () => {
    const quiet = room.discord.createChannel(room.guild, 'quiet');
    room.discord.setOverwrites(quiet, [
      ...silent(May.SendMessages),
      { id: ada.id, kind: 'member', allow: May.SendMessages, deny: 0n },
    ]);
    await ada.posts(quiet, { content: `${room.mention} what is this?`, files: [picture] });
    const direct = room.discord.direct(ada);
    expect(await saysTo(ada, direct)).toMatchInlineSnapshot(`
      "Sightline [app]:
        I may not answer in #quiet. Ask an admin to let me send messages there, or use /ask."
    `);
    expect(room.discord.ledger.invalid).toBe(0);
  });

  it('and by a reaction when they take no direct messages', async () => {
    const quiet = room.discord.createChannel(room.guild, 'quiet');
    const closed = room.discord.createPerson({ name: 'Closed', guilds: [room.guild], acceptsDms: false });
    room.discord.setOverwrites(quiet, [
      ...silent(May.SendMessages),
      { id: closed.id, kind: 'member', allow: May.SendMessages, deny: 0n },
    ]);
    await closed.posts(quiet, { content: `${room.mention} what is this?`, files: [picture] });
    await closed.sees(quiet, '🔒');
    expect(closed.screen(quiet)).toMatchInlineSnapshot(`
      "Closed:
        @Sightline what is this?
        (file boat.png 40×30, no alt text)
        🔒 1"
    `);
  });

  it('without the right to attach files, a drawing is left out and said so', async () => {
    const bare = room.discord.createChannel(room.guild, 'bare');
    room.discord.setOverwrites(bare, silent(May.AttachFiles));
    const message = await ben.posts(bare, `${room.mention}`).catch(() => undefined);
    expect(message).toBeDefined();
    const owner = room.discord.createPerson({ name: 'Admin', guilds: [room.guild], permissions: May.Administrator });
    await owner.seesReply(await owner.runs(bare, '/where', { picture, thing: 'boat' }));
    await owner.sees(bare, 'may not attach');
    expect(room.discord.ledger.invalid).toBe(1);
  });

  it('in a thread that was archived and locked meanwhile', async () => {
    const thread = room.discord.createThread(channel, 'boats');
    const open = Promise.withResolvers<void>();
    room.handle = async (ask, context) => {
      await open.promise;
      return answering(ask, context);
    };
    const message = await ada.posts(thread, { content: `${room.mention} what is this?`, files: [picture] });
    await expect.poll(() => room.asked.at(-1)?.replyTo).toContain(message.id);
    room.discord.archive(thread, true);
    open.resolve();
    expect(await saysTo(ada, room.discord.direct(ada))).toMatchInlineSnapshot(`
      "Sightline [app]:
        The thread #boats is archived, so I cannot answer there. Open it again and ask once more."
    `);
  });
});

describe('a command', () => {
  it('with a file that is no picture', async () => {
    const file = { name: 'notes.txt', bytes: Buffer.from('notes') };
    await ada.seesReply(await ada.runs(channel, '/ask', { picture: file, question: 'What is this?' }));
    expect(replies(ada)).toMatchInlineSnapshot(`
      "Sightline [app] (Ada used /ask; only Ada sees this):
        That is not a picture I can recognise. Send a JPEG, PNG, WebP, GIF or AVIF file."
    `);
  });

  it('on a message without a picture', async () => {
    const message = await ada.posts(channel, 'no picture here');
    await ben.seesReply(await ben.usesMenu(message, 'Ask about picture'));
    await ben.seesReply(await ben.usesMenu(message, 'Describe picture'));
    expect(replies(ben)).toMatchInlineSnapshot(`
      "Sightline [app] (Ben used Ask about picture; reply to Ada: "no picture here"; only Ben sees this):
        There is no picture to look at. Attach one, reply to one, or use /ask.
      Sightline [app] (Ben used Describe picture; reply to Ada: "no picture here"; only Ben sees this):
        There is no picture to look at. Attach one, reply to one, or use /ask."
    `);
  });

  it('that the worker cannot do says why, with a way to try again where that may help', async () => {
    for (const [index, code] of (['truncated_image', 'inference_failed', 'image_link_expired'] as const).entries()) {
      room.handle = async () => {
        throw new SightlineError(code);
      };
      const person = room.discord.createPerson({ name: `P${index}`, guilds: [room.guild] });
      await person.seesReply(await person.runs(channel, '/ask', { picture, question: 'What is this?' }));
    }
    expect(replies(ada)).toMatchInlineSnapshot(`
      "Sightline [app] (P0 used /ask):
        That picture is damaged or cut off. Download or export it again, then retry.
        [Delete]
      Sightline [app] (P1 used /ask):
        The model failed on this picture. Try again, or try another picture.
        [Try again] [Delete]
      Sightline [app] (P2 used /ask):
        The link to that picture has expired and I cannot renew it. Post the picture again and ask there.
        [Delete]"
    `);
  });
});
