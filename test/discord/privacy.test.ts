/** What is kept of people, as they see and change it: thumbs with consent, choices, the export, the deletion. */
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { NO_CHOICES } from '#store/people.ts';
import type { Store } from '#store/store.ts';
import { plain } from '#test/pictures.ts';
import { type BotRoom, openBotRoom } from './bot-room.ts';
import type { Person } from './loopback/driver/person.ts';
import type { ChannelRecord, MessageRecord } from './loopback/world/records.ts';
import { storeOf } from './store-access.ts';

let room: BotRoom;
let store: Store;
let channel: ChannelRecord;
let ada: Person;
let ben: Person;
const bytes = await plain(40, 30, [200, 0, 0]).png().toBuffer();

beforeAll(async () => {
  room = await openBotRoom();
  store = await storeOf(room);
});
afterAll(async () => {
  await store?.close();
  await room?.close();
});
beforeEach(() => {
  ({ channel, ada, ben } = room.scene());
});

async function answered(): Promise<MessageRecord> {
  await ada.posts(channel, { content: `${room.mention} what is this?`, files: [{ name: 'boat.png', bytes }] });
  return ada.sees(channel, 'red boat');
}
const press = async (person: Person, message: MessageRecord, button: string) =>
  person.seesReply(await person.presses(message, button));
const shown = (message: MessageRecord) => room.discord.render(message);
/** With what differs from run to run taken out. */
const steady = (text: string) =>
  text.replaceAll(/(?<=")(?:bm)?\d{15,}(?=")/g, '(id)').replaceAll(/\b\d{4}-\d\d-\d\dT[^"]*|\b\d{13}\b/g, '(time)');

it('asks before the first thumb is kept, and says what would be', async () => {
  const answer = await answered();
  const question = await press(ada, answer, '👍');
  expect(shown(question)).toMatchInlineSnapshot(`
    "Sightline [app] (reply to Sightline: "A red boat
    -# Quite sure."; only Ada sees this):
      May I keep what you think of answers? Kept are: your vote, the question, the answer, the task, the model and how sure it was, the server, the time, the request's id and your user id. Never the picture. It serves to make answers better. You can change your mind with /privacy, and then it is deleted.
      [Yes, keep it] [No]"
  `);
  expect((await store.privacy.exportUser(ada.id)).feedback).toEqual([]);
  await press(ada, question, 'No');
  expect(shown(question)).toMatchInlineSnapshot(`
    "Sightline [app] (reply to Sightline: "A red boat
    -# Quite sure."; only Ada sees this; edited):
      Thank you. Nothing is kept, as you chose. /privacy show changes it."
  `);
  expect((await store.privacy.exportUser(ada.id)).feedback).toEqual([]);
  // Not asked again.
  expect(shown(await press(ada, answer, '👎'))).toContain('Nothing is kept, as you chose.');
});

it('keeps thumbs with consent until it is taken back', async () => {
  const answer = await answered();
  const question = await press(ben, answer, '👎');
  await press(ben, question, 'Yes, keep it');
  expect(shown(question)).toContain('Your vote is kept.');
  await press(ben, answer, '👍');
  const { feedback } = await store.privacy.exportUser(ben.id);
  expect(feedback).toMatchObject([
    {
      userId: ben.id,
      guildId: room.guild.id,
      vote: 'up',
      task: 'vqa',
      question: 'what is this?',
      answer: 'a red boat',
    },
  ]);
  const panel = await ben.seesReply(await ben.runs(channel, '/privacy show'));
  expect(shown(panel)).toMatchInlineSnapshot(`
    "Sightline [app] (Ben used /privacy show; only Ben sees this):
      **What I keep of you.** Nothing, unless you or a server's admins chose otherwise.
      - Thumbs: 1. Descriptions of your pictures that I posted and may have to remove: 0. Servers in which you always let me describe your pictures: 0.
      - For a short while: pictures you ask about and what you asked, for an hour after the last question.
      - **/privacy export** gives you everything as a file, **/privacy delete** deletes it. Your choices, in all servers:
      [Automatic alt text: yes] [Ask me before others have my pictures described: no]
      [My thumbs are kept: yes]"
  `);
  await press(ben, panel, 'My thumbs are kept: yes');
  expect(shown(panel)).toContain('Thumbs: 0.');
  expect((await store.privacy.exportUser(ben.id)).feedback).toEqual([]);
});

it('has switches for each choice', async () => {
  const panel = await ada.seesReply(await ada.runs(channel, '/privacy show'));
  await press(ada, panel, 'Automatic alt text: yes');
  await press(ada, panel, 'Ask me before others have my pictures described: no');
  expect(await store.people.choices(ada.id)).toEqual({ ...NO_CHOICES, noAutoAlt: true, askMe: true });
  await press(ada, panel, 'Automatic alt text: no');
  expect(await store.people.choices(ada.id)).toMatchObject({ noAutoAlt: false, askMe: true });
  await store.people.permit(ada.id, room.guild.id, 1);
  const again = await ada.seesReply(await ada.runs(channel, '/privacy show'));
  await press(ada, again, 'Take back “always” (1)');
  expect(await store.people.permits(ada.id, room.guild.id)).toBe(false);
});

it('gives everything as a file', async () => {
  await press(ada, await press(ada, await answered(), '👍'), 'Yes, keep it');
  const reply = await ada.seesReply(await ada.runs(channel, '/privacy export'));
  expect(shown(reply)).toMatchInlineSnapshot(`
    "Sightline [app] (Ada used /privacy export; only Ada sees this):
      Everything that I keep about you.
      (file sightline-privacy.json, alt "A JSON file with everything kept about you")"
  `);
  const [file] = reply.attachments;
  const text = Buffer.from(file?.bytes ?? []).toString();
  expect(steady(text)).toMatchInlineSnapshot(`
    "{
      "exportedAt": "(time)",
      "userId": "(id)",
      "choices": {
        "noAutoAlt": false,
        "askMe": false,
        "feedback": "yes"
      },
      "permissions": [],
      "feedback": [
        {
          "userId": "(id)",
          "requestId": "(id)",
          "guildId": "(id)",
          "vote": "up",
          "task": "vqa",
          "question": "what is this?",
          "answer": "a red boat",
          "modelId": "test-model",
          "confidence": 0.93,
          "givenAt": (time)
        }
      ],
      "autoAltPosts": [],
      "askedWithinTheLastHour": [
        {
          "question": "what is this?",
          "answer": "a red boat",
          "guildId": "(id)",
          "channelId": "(id)"
        }
      ]
    }
    "
  `);
  expect(text).not.toContain(ben.id);
});

it('deletes everything, after asking', async () => {
  await press(ada, await press(ada, await answered(), '👍'), 'Yes, keep it');
  const kept = await store.privacy.exportUser(ada.id);
  const question = await ada.seesReply(await ada.runs(channel, '/privacy delete'));
  expect(shown(question)).toMatchInlineSnapshot(`
    "Sightline [app] (Ada used /privacy delete; only Ada sees this):
      Delete what I keep about you? Thumbs, permissions, what I remember of your questions, and my descriptions of your pictures go. Your choices are opt-outs: if they go too, your pictures may be described again. This cannot be undone.
      [Delete everything] [Delete all but my choices] [Delete nothing]"
  `);
  await press(ada, question, 'Delete nothing');
  expect(await store.privacy.exportUser(ada.id)).toEqual(kept);
  const second = await ada.seesReply(await ada.runs(channel, '/privacy delete'));
  await press(ada, second, 'Delete everything');
  expect(shown(second)).toMatchInlineSnapshot(`
    "Sightline [app] (Ada used /privacy delete; only Ada sees this; edited):
      Deleted. The queue still holds your last questions for about a quarter of an hour, and pictures for an hour."
  `);
  expect(await store.privacy.exportUser(ada.id)).toMatchObject({ choices: NO_CHOICES, feedback: [] });
  const file = await ada.seesReply(await ada.runs(channel, '/privacy export'));
  expect(Buffer.from(file.attachments[0]?.bytes ?? []).toString()).toContain('"askedWithinTheLastHour": []');
});

it('speaks the language of the person', async () => {
  const uta = room.discord.createPerson({ name: 'Uta', locale: 'de', guilds: [room.guild] });
  const panel = await uta.seesReply(await uta.runs(channel, '/datenschutz zeigen'));
  expect(shown(panel)).toMatchInlineSnapshot(`
    "Sightline [app] (Uta used /datenschutz zeigen; only Uta sees this):
      **Was ich von dir aufbewahre.** Nichts, solange du oder die Admins eines Servers nichts anderes gewählt habt.
      - Daumen: 0. Beschreibungen deiner Bilder, die ich veröffentlicht habe und vielleicht entfernen muss: 0. Server, in denen ich deine Bilder immer beschreiben darf: 0.
      - Für kurze Zeit: Bilder, nach denen du fragst, und deine Fragen, bis eine Stunde nach der letzten Frage.
      - **/datenschutz exportieren** gibt dir alles als Datei, **/datenschutz löschen** löscht es. Deine Wahl, auf allen Servern:
      [Automatischer Alternativtext: ja] [Fragt mich, bevor andere meine Bilder beschreiben lassen: nein]
      [Meine Daumen aufbewahren: nein]"
  `);
});
