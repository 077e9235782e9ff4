/** Slash commands and message menus, each as a person uses it; with what the worker was asked. */
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

describe('slash commands', () => {
  it('/ask', async () => {
    await ada.seesReply(await ada.runs(channel, '/ask', { picture, question: 'What is this?' }));
    expect(ada.screen(channel)).toMatchInlineSnapshot(`
      "Sightline [app] (Ada used /ask):
        > What is this?
        A red boat
        -# Quite sure.
        [Ask more] [Where did you look?] [Again] [Delete]
        [👍] [👎]"
    `);
    expect(room.asked.at(-1)).toMatchObject({ task: 'vqa', question: 'What is this?' });
  });

  it('/caption, in a style', async () => {
    await ada.seesReply(await ada.runs(channel, '/caption', { picture }));
    await ben.seesReply(await ben.runs(channel, '/caption', { picture, style: 'title', length: 'long' }));
    expect(ada.screen(channel)).toMatchInlineSnapshot(`
      "Sightline [app] (Ada used /caption):
        A red boat on the sea.
        [Ask more] [Where did you look?] [Again] [Delete]
        [👍] [👎]
      Sightline [app] (Ben used /caption):
        A Red Boat on the Sea
        [Ask more] [Where did you look?] [Again] [Delete]
        [👍] [👎]"
    `);
    expect(room.asked.slice(-2)).toMatchObject([
      { task: 'caption', detail: 'short' },
      { task: 'caption', detail: 'long' },
    ]);
  });

  it('/alt, for the asker alone, and longer', async () => {
    const reply = await ada.seesReply(await ada.runs(channel, '/alt', { picture }));
    expect(ada.screen(channel)).toMatchInlineSnapshot(`
      "Sightline [app] (Ada used /alt; only Ada sees this):
        -# Alt text, ready to copy (70 characters):
        \`\`\`
        Machine-made description: A red boat on a calm sea under a yellow sun.
        \`\`\`
        [Longer] [Where did you look?] [Again] [Delete]
        [👍] [👎]"
    `);
    expect(ben.screen(channel)).toBe('');
    await ada.seesReply(await ada.presses(reply, 'Longer'));
    expect(room.asked.slice(-2)).toMatchObject([
      { task: 'alt-text', detail: 'short' },
      { task: 'alt-text', detail: 'long' },
    ]);
  });

  it('/read', async () => {
    await ada.seesReply(await ada.runs(channel, '/read', { picture }));
    expect(ada.screen(channel)).toMatchInlineSnapshot(`
      "Sightline [app] (Ada used /read):
        \`\`\`
        harbour
        \`\`\`
        [Ask more] [Where did you look?] [Again] [Delete]
        [👍] [👎]"
    `);
    expect(room.asked.at(-1)).toMatchObject({ task: 'read' });
  });

  it('/where, with the picture drawn on and its alt text', async () => {
    await ada.seesReply(await ada.runs(channel, '/where', { picture, thing: 'red boat' }));
    expect(ada.screen(channel)).toMatchInlineSnapshot(`
      "Sightline [app] (Ada used /where):
        > red boat
        A red boat
        -# Quite sure.
        (file sightline.png 60×40, alt "A box around the red boat.")
        [Ask more] [Where did you look?] [Again] [Delete]
        [👍] [👎]"
    `);
    expect(room.asked.at(-1)).toMatchObject({ task: 'vqa', question: 'where is the red boat?', draw: 'boxes' });
  });

  it('/storyboard, one sheet with numbered captions', async () => {
    await ada.seesReply(
      await ada.runs(channel, '/storyboard', { picture1: picture, picture2: picture, picture3: picture }),
    );
    expect(ada.screen(channel)).toMatchInlineSnapshot(`
      "Sightline [app] (Ada used /storyboard):
        **1** A red boat on the sea.
        **2** A cat on a chair.
        **3** Three stars over a hill.
        (file sightline.png 60×40, alt "A sheet of numbered pictures with their captions.")
        [Ask more] [Again] [Delete]
        [👍] [👎]"
    `);
    expect(room.asked.at(-1)).toMatchObject({ task: 'caption', draw: 'sheet' });
    expect(room.asked.at(-1)?.further).toHaveLength(2);
  });

  it('/rank, with bars', async () => {
    await ada.seesReply(
      await ada.runs(channel, '/rank', { picture, caption1: 'a boat', caption2: 'a cat', caption3: 'a dog' }),
    );
    expect(ada.screen(channel)).toMatchInlineSnapshot(`
      "Sightline [app] (Ada used /rank):
        \`██████░░░░\` 62% a boat
        \`███░░░░░░░\` 30% a cat
        \`██░░░░░░░░\` 15% a dog
        [Ask more] [Again] [Delete]
        [👍] [👎]"
    `);
    expect(room.asked.at(-1)).toMatchObject({ task: 'rank', captions: ['a boat', 'a cat', 'a dog'] });
  });

  it('/help says what can be done here, and what cannot be seen', async () => {
    await ada.seesReply(await ada.runs(channel, '/help'));
    expect(ada.screen(channel)).toMatchInlineSnapshot(`
      "Sightline [app] (Ada used /help; only Ada sees this):
        **I answer questions about pictures.** I am a program and can be wrong; when I am not sure, I say so.
        - **Commands**: /ask, /caption, /alt, /read, /where, /storyboard and /rank take pictures that you attach.
        - **Any message**: long-press or right-click it, then **Apps** → Ask about picture, Describe picture or Read text.
        - **Mention me** (@Sightline) in a message with a picture and your question. Reply to my answer to ask on.
        -# Here I see only messages that mention me. To ask about somebody else's picture, use the menu of its message.
        - **Under an answer**: ask more, see where I looked, ask again, delete it."
    `);
    const direct = room.discord.direct(ben);
    await ben.seesReply(await ben.runs(direct, '/help'));
    expect(ben.screen(direct)).toMatchInlineSnapshot(`
      "Sightline [app] (Ben used /help; only Ben sees this):
        **I answer questions about pictures.** I am a program and can be wrong; when I am not sure, I say so.
        - **Commands**: /ask, /caption, /alt, /read, /where, /storyboard and /rank take pictures that you attach.
        - **Any message**: long-press or right-click it, then **Apps** → Ask about picture, Describe picture or Read text.
        - **Here**: send me a picture and your question. Reply to my answer to ask on.
        - **Under an answer**: ask more, see where I looked, ask again, delete it."
    `);
  });
});

describe('message menus', () => {
  it('"Ask about picture" asks for the question first', async () => {
    const message = await ada.posts(channel, { files: [picture] });
    const menu = await ben.usesMenu(message, 'Ask about picture');
    expect({ ...(await ben.seesModal(menu)), custom_id: 'ask' }).toMatchInlineSnapshot(`
      {
        "components": [
          {
            "components": [
              {
                "custom_id": "question",
                "label": "Your question",
                "max_length": 500,
                "min_length": 1,
                "placeholder": "What is at the top left?",
                "required": true,
                "style": 1,
                "type": 4,
              },
            ],
            "type": 1,
          },
        ],
        "custom_id": "ask",
        "title": "Ask about this picture",
      }
    `);
    await ben.seesReply(await ben.submits(menu, { 'Your question': 'What is this?' }));
    // The ids of a link differ from run to run.
    expect(ada.screen(channel).replace(/channels(?:\/\d+){3}/, 'channels/…')).toMatchInlineSnapshot(`
      "Ada:
        (file boat.png 40×30, no alt text)
      Sightline [app]:
        > @Ben: What is this?
        -# [About this message](<https://discord.com/channels/…>)
        A red boat
        -# Quite sure.
        [Ask more] [Where did you look?] [Again] [Delete]
        [👍] [👎]"
    `);
    expect(room.asked.at(-1)).toMatchObject({
      question: 'What is this?',
      image: { kind: 'discord', messageId: message.id },
    });
  });

  it('"Describe picture" and "Read text" are for who asks alone', async () => {
    const message = await ada.posts(channel, { files: [picture] });
    await ben.seesReply(await ben.usesMenu(message, 'Describe picture'));
    await ben.seesReply(await ben.usesMenu(message, 'Read text'));
    expect(ben.screen(channel)).toMatchInlineSnapshot(`
      "Ada:
        (file boat.png 40×30, no alt text)
      Sightline [app] (Ben used Describe picture; reply to Ada: ""; only Ben sees this):
        -# Alt text, ready to copy (70 characters):
        \`\`\`
        Machine-made description: A red boat on a calm sea under a yellow sun.
        \`\`\`
        [Longer] [Where did you look?] [Again] [Delete]
        [👍] [👎]
      Sightline [app] (Ben used Read text; reply to Ada: ""; only Ben sees this):
        \`\`\`
        harbour
        \`\`\`
        [Ask more] [Where did you look?] [Again] [Delete]
        [👍] [👎]"
    `);
    expect(ada.screen(channel)).not.toContain('app');
  });
});

describe('where only the person has installed the bot', () => {
  it('commands and menus work in servers without it and between friends', async () => {
    const elsewhere = room.discord.createGuild({ name: 'Elsewhere', withBot: false });
    const lobby = room.discord.createChannel(elsewhere, 'lobby');
    const dora = room.discord.createPerson({ name: 'Dora', guilds: [elsewhere], installed: true });
    await dora.seesReply(await dora.runs(lobby, '/ask', { picture, question: 'What is this?' }));
    expect(dora.screen(lobby)).toContain('A red boat');
    const friends = room.discord.privateChannel([dora, ada]);
    await dora.seesReply(await dora.runs(friends, '/help'));
    expect(dora.screen(friends)).toMatchInlineSnapshot(`
      "Sightline [app] (Dora used /help; only Dora sees this):
        **I answer questions about pictures.** I am a program and can be wrong; when I am not sure, I say so.
        - **Commands**: /ask, /caption, /alt, /read, /where, /storyboard and /rank take pictures that you attach.
        - **Any message**: long-press or right-click it, then **Apps** → Ask about picture, Describe picture or Read text.
        - **Under an answer**: ask more, see where I looked, ask again, delete it."
    `);
  });
});

describe('in another language', () => {
  it('names, sentences and errors are in German', async () => {
    const emil = room.discord.createPerson({ name: 'Emil', locale: 'de', guilds: [room.guild] });
    await emil.seesReply(await emil.runs(channel, '/fragen', { bild: picture, frage: 'Welches animal ist das?' }));
    await emil.seesReply(await emil.runs(channel, '/hilfe'));
    expect(emil.screen(channel)).toMatchInlineSnapshot(`
      "Sightline [app] (Emil used /fragen):
        > Welches animal ist das?
        Ich bin nicht sicher. Vielleicht: fox
        -# oder: dog
        [Weiter fragen] [Wo hast du hingesehen?] [Noch einmal] [Löschen]
        [👍] [👎]
      Sightline [app] (Emil used /hilfe; only Emil sees this):
        **Ich beantworte Fragen zu Bildern.** Ich bin ein Programm und kann mich irren; wenn ich nicht sicher bin, sage ich es. Am besten verstehe ich Englisch.
        - **Befehle**: /fragen, /bildunterschrift, /alternativtext, /lesen, /wo, /bildfolge und /vergleichen nehmen Bilder, die du anhängst.
        - **Jede Nachricht**: lange oder mit der rechten Maustaste drücken, dann **Apps** → Zum Bild fragen, Bild beschreiben oder Schrift lesen.
        - **Erwähn mich** (@Sightline) in einer Nachricht mit einem Bild und deiner Frage. Antworte auf meine Antwort, um weiterzufragen.
        -# Hier sehe ich nur Nachrichten, die mich erwähnen. Für Bilder anderer nimm das Menü ihrer Nachricht.
        - **Unter einer Antwort**: weiterfragen, sehen, wo ich hingesehen habe, noch einmal fragen, löschen."
    `);
  });
});
