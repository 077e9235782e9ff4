/** People ask the bot, in every way there is, and read its answers: each screen is what they see, to be read as they read it. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { plain } from '#test/pictures.ts';
import { type BotRoom, openBotRoom } from './bot-room.ts';
import type { Person } from './loopback/driver/person.ts';
import type { ChannelRecord, GuildRecord } from './loopback/world/records.ts';

let room: BotRoom;
let guild: GuildRecord;
let channel: ChannelRecord;
let ada: Person;
const bytes = await plain(40, 30, [200, 0, 0]).png().toBuffer();
const picture = { name: 'boat.png', bytes };

beforeAll(async () => {
  room = await openBotRoom();
  guild = room.discord.createGuild({ name: 'Home' });
});
afterAll(() => room?.close());
beforeEach(() => {
  channel = room.discord.createChannel(guild, 'general');
  ada = room.discord.createPerson({ name: 'Ada', guilds: [guild] });
});

const bot = () => `<@${room.discord.world.bot.id}>`;

describe('a mention', () => {
  it('with a picture is answered where it stands', async () => {
    await ada.posts(channel, { content: `${bot()} what is this?`, files: [picture] });
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
});

describe('/ask', () => {
  it('is answered in place of the deferred reply', async () => {
    const interaction = await ada.runs(channel, '/ask', { picture, question: 'What is this?' });
    await ada.seesReply(interaction);
    expect(ada.screen(channel)).toMatchInlineSnapshot(`
      "Sightline [app] (Ada used /ask):
        > What is this?
        A red boat
        -# Quite sure.
        [Ask more] [Where did you look?] [Again] [Delete]
        [👍] [👎]"
    `);
  });
});
