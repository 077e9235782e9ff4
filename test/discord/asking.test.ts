/** People mention the bot in every way there is and read its answers: each screen is what they see, to be read as they read it. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
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

beforeAll(async () => {
  room = await openBotRoom();
});
afterAll(() => room?.close());
beforeEach(() => {
  ({ channel, ada, ben } = room.scene());
});

describe('a mention', () => {
  it('with a picture is answered where it stands, and rings nobody', async () => {
    await ada.posts(channel, { content: `${room.mention} what is this?`, files: [picture] });
    await ada.sees(channel, 'red boat');
    expect(ada.screen(channel)).toMatchInlineSnapshot(`
      "Ada:
        @Sightline what is this?
        (file boat.png 40×30, no alt text)
      Sightline [app] (reply to Ada: "@Sightline what is this?"):
        A red boat
        -# Quite sure.
        [Ask more] [Where did you look?] [Again] [Delete]
        [👍] [👎]"
    `);
    expect(room.asked.at(-1)).toMatchObject({ task: 'vqa', question: 'what is this?', surface: 'bot' });
    expect(ada.pings(channel)).toEqual([]);
  });

  it('without a question gets a caption', async () => {
    await ada.posts(channel, { content: room.mention, files: [picture] });
    await ada.sees(channel, /\bapp\]/);
    expect(ada.screen(channel)).toMatchInlineSnapshot(`
      "Ada:
        @Sightline
        (file boat.png 40×30, no alt text)
      Sightline [app] (reply to Ada: "@Sightline"):
        A red boat on the sea.
        [Ask more] [Where did you look?] [Again] [Delete]
        [👍] [👎]"
    `);
  });

  it('of an unsure answer says so and what else it may be', async () => {
    await ada.posts(channel, { content: `${room.mention} which animal is this?`, files: [picture] });
    await ada.sees(channel, 'fox');
    expect(ada.screen(channel)).toMatchInlineSnapshot(`
      "Ada:
        @Sightline which animal is this?
        (file boat.png 40×30, no alt text)
      Sightline [app] (reply to Ada: "@Sightline which animal is this?"):
        I am not sure. Perhaps: fox
        -# or: dog
        [Ask more] [Where did you look?] [Again] [Delete]
        [👍] [👎]"
    `);
  });

  it('uses the first four of seven pictures, and says what it skipped', async () => {
    const files = Array.from({ length: 7 }, (_, index) => ({ ...picture, name: `${index}.png` }));
    const others = [
      { name: 'clip.mp4', bytes: Buffer.from('video') },
      { name: 'notes.txt', bytes: Buffer.from('notes') },
    ];
    await ada.posts(channel, { content: `${room.mention} what is this?`, files: [...files, ...others] });
    await ada.sees(channel, /\bapp\]/);
    expect(ada.screen(channel)).toMatchInlineSnapshot(`
      "Ada:
        @Sightline what is this?
        (file 0.png 40×30, no alt text)
        (file 1.png 40×30, no alt text)
        (file 2.png 40×30, no alt text)
        (file 3.png 40×30, no alt text)
        (file 4.png 40×30, no alt text)
        (file 5.png 40×30, no alt text)
        (file 6.png 40×30, no alt text)
        (file clip.mp4, no alt text)
        (file notes.txt, no alt text)
      Sightline [app] (reply to Ada: "@Sightline what is this?"):
        **1** A red boat
        **2** A red boat
        **3** A red boat
        **4** A red boat
        -# Looked at the first 4 of 7 pictures.
        -# Skipped: clip.​mp4 (video), notes.​txt (no picture).
        [Ask more] [Where did you look?] [Again] [Delete]
        [👍] [👎]"
    `);
    expect(room.asked.at(-1)?.further).toHaveLength(3);
  });
});

describe('the reply chain is the conversation', () => {
  it('asks about the same picture with what was said before', async () => {
    await ada.posts(channel, { content: `${room.mention} what is this?`, files: [picture] });
    const first = await ada.sees(channel, 'red boat');
    await ben.replies(first, 'how many are there?');
    const second = await ben.sees(channel, 'wo of them');
    const cleo = room.discord.createPerson({ name: 'Cleo', guilds: [room.guild] });
    await cleo.replies(second, 'and what colour?');
    await cleo.sees(channel, /reply to Cleo/);
    expect(ada.screen(channel)).toMatchInlineSnapshot(`
      "Ada:
        @Sightline what is this?
        (file boat.png 40×30, no alt text)
      Sightline [app] (reply to Ada: "@Sightline what is this?"):
        A red boat
        -# Quite sure.
        [Ask more] [Where did you look?] [Again] [Delete]
        [👍] [👎]
      Ben (reply to Sightline: "A red boat
      -# Quite sure."):
        how many are there?
      Sightline [app] (reply to Ben: "how many are there?"):
        Two of them
        -# Quite sure.
        [Ask more] [Where did you look?] [Again] [Delete]
        [👍] [👎]
      Cleo (reply to Sightline: "Two of them
      -# Quite sure."):
        and what colour?
      Sightline [app] (reply to Cleo: "and what colour?"):
        Two of them
        -# Quite sure.
        [Ask more] [Where did you look?] [Again] [Delete]
        [👍] [👎]"
    `);
    expect(room.asked.at(-1)).toMatchObject({
      question: 'and what colour?',
      conversation: [
        { question: 'what is this?', answer: expect.stringMatching(/^a red boat$/i) },
        { question: 'how many are there?', answer: expect.stringMatching(/^two of them$/i) },
      ],
    });
  });

  it('goes on when everything else is forgotten, by the messages alone', async () => {
    await ada.posts(channel, { content: `${room.mention} what is this?`, files: [picture] });
    const first = await ada.sees(channel, 'red boat');
    await room.forget();
    await ben.replies(first, 'how many are there?');
    await ben.sees(channel, 'wo of them');
    expect(room.asked.at(-1)).toMatchObject({
      question: 'how many are there?',
      conversation: [{ question: 'what is this?', answer: 'A red boat' }],
    });
  });
});

describe('direct messages', () => {
  it('need no mention', async () => {
    const direct = room.discord.direct(ada);
    await ada.posts(direct, { content: 'what is this?', files: [picture] });
    await ada.sees(direct, 'red boat');
    expect(ada.screen(direct)).toMatchInlineSnapshot(`
      "Ada:
        what is this?
        (file boat.png 40×30, no alt text)
      Sightline [app] (reply to Ada: "what is this?"):
        A red boat
        -# Quite sure.
        [Ask more] [Where did you look?] [Again] [Delete]
        [👍] [👎]"
    `);
  });
});

describe('pictures of other kinds', () => {
  it('are found in stickers and emoji', async () => {
    const sticker = room.discord.createSticker(room.guild, { name: 'Wave', format: 1, bytes });
    await ada.posts(channel, { content: `${room.mention} what is this?`, stickers: [sticker] });
    await ada.sees(channel, /\bapp\]/);
    const cleo = room.discord.createPerson({ name: 'Cleo', guilds: [room.guild] });
    const lottie = room.discord.createSticker(room.guild, { name: 'Dance', format: 3, bytes });
    await cleo.posts(channel, { content: `${room.mention} what is this?`, stickers: [sticker, lottie] });
    await cleo.sees(channel, /reply to Cleo/);
    const emoji = room.discord.createEmoji(room.guild, { name: 'boat', animated: false, bytes });
    await ben.posts(channel, { content: `${room.mention} <:boat:${emoji.id}>` });
    await ben.sees(channel, /reply to Ben/);
    expect(ada.screen(channel)).toMatchInlineSnapshot(`
      "Ada:
        @Sightline what is this?
        (sticker Wave)
      Sightline [app] (reply to Ada: "@Sightline what is this?"):
        A red boat
        -# Quite sure.
        [Ask more] [Where did you look?] [Again] [Delete]
        [👍] [👎]
      Cleo:
        @Sightline what is this?
        (sticker Wave)
        (sticker Dance)
      Sightline [app] (reply to Cleo: "@Sightline what is this?"):
        A red boat
        -# Quite sure.
        -# Skipped: Dance (an animation I cannot open).
        [Ask more] [Where did you look?] [Again] [Delete]
        [👍] [👎]
      Ben:
        @Sightline :boat:
      Sightline [app] (reply to Ben: "@Sightline :boat:"):
        A red boat
        -# Quite sure.
        [Ask more] [Where did you look?] [Again] [Delete]
        [👍] [👎]"
    `);
    expect(room.asked.slice(-3).map(({ image }) => image)).toMatchObject([
      { attachmentId: `sticker:${sticker.id}` },
      { attachmentId: `sticker:${sticker.id}`, url: `${room.discord.rest.cdn}/stickers/${sticker.id}.png` },
      { attachmentId: `emoji:${emoji.id}`, url: `${room.discord.rest.cdn}/emojis/${emoji.id}.png` },
    ]);
  });

  it('are found in forwarded messages', async () => {
    const original = await ada.posts(channel, { files: [picture] });
    const copy = await ada.forwards(original, channel);
    await ben.usesMenu(copy, 'Read text').then((interaction) => ben.seesReply(interaction));
    expect(ben.screen(channel)).toMatchInlineSnapshot(`
      "Ada:
        (file boat.png 40×30, no alt text)
      Ada (forwarded):
        » (file boat.png 40×30, no alt text)
      Sightline [app] (Ben used Read text; reply to Ada: ""; only Ben sees this):
        \`\`\`
        harbour
        \`\`\`
        [Ask more] [Where did you look?] [Again] [Delete]
        [👍] [👎]"
    `);
  });
});
