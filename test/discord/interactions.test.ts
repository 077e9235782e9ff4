/** Slash commands, menus, buttons, modals, autocomplete through the real client: what the person sees at each step. */
import {
  ActionRowBuilder,
  ApplicationCommandType,
  ButtonBuilder,
  ButtonStyle,
  type Client,
  ContextMenuCommandBuilder,
  Events,
  type Interaction,
  MessageFlags,
  ModalBuilder,
  SlashCommandBuilder,
  TextInputBuilder,
  TextInputStyle,
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
let ada: Person;
/** What the bot does with the next interactions; its failure fails the test. */
let handle: (interaction: Interaction) => Promise<void>;
let failure: Promise<unknown>;

const COMMANDS = [
  new SlashCommandBuilder()
    .setName('ask')
    .setNameLocalizations({ de: 'frage' })
    .setDescription('Ask about a picture')
    .addStringOption((option) =>
      option
        .setName('question')
        .setDescription('What to ask')
        .setRequired(true)
        .setMaxLength(200)
        .setAutocomplete(true),
    )
    .addAttachmentOption((option) => option.setName('picture').setDescription('The picture')),
  new SlashCommandBuilder().setName('settings').setDescription('For admins').setDefaultMemberPermissions(32),
  new ContextMenuCommandBuilder().setName('Describe picture').setType(ApplicationCommandType.Message),
];

beforeAll(async () => {
  discord = await startLoopback();
  guild = discord.createGuild({ name: 'Home' });
  client = await login(discord);
  await client.application.commands.set(COMMANDS);
  client.on(Events.InteractionCreate, (interaction) => {
    failure = handle(interaction).then(
      () => undefined,
      (error: unknown) => error,
    );
  });
});

beforeEach(() => {
  channel = discord.createChannel(guild, 'general');
  ada = discord.createPerson({ name: 'Ada', guilds: [guild] });
});

afterAll(async () => {
  await client?.destroy();
  await discord?.close();
});

describe('a slash command', () => {
  it('is deferred, edited, and followed up', async () => {
    handle = async (interaction) => {
      if (!interaction.isChatInputCommand()) return;
      await interaction.deferReply();
      await interaction.editReply({ content: `You asked: ${interaction.options.getString('question')}` });
      await interaction.followUp({ content: 'Only for you.', flags: MessageFlags.Ephemeral });
    };
    const bo = discord.createPerson({ name: 'Bo', guilds: [guild] });
    const interaction = await ada.runs(channel, '/ask', { question: 'What is this?' });
    await ada.seesReply(interaction);
    await ada.sees(channel, 'Only for you.');
    expect(await failure).toBeUndefined();
    expect(ada.screen(channel)).toMatchInlineSnapshot(`
      "Sightline [app] (Ada used /ask):
        You asked: What is this?
      Sightline [app] (reply to Sightline: "You asked: What is this?"; only Ada sees this):
        Only for you."
    `);
    expect(bo.screen(channel)).toMatchInlineSnapshot(`
      "Sightline [app] (Ada used /ask):
        You asked: What is this?"
    `);
  });

  it('is found by its localised name, and brings the uploaded file', async () => {
    handle = async (interaction) => {
      if (!interaction.isChatInputCommand()) return;
      const file = interaction.options.getAttachment('picture', true);
      await interaction.reply(`${interaction.locale}: ${file.name}, ${file.size} bytes`);
    };
    const eva = discord.createPerson({ name: 'Eva', locale: 'de', guilds: [guild] });
    const bytes = Buffer.from('not a picture');
    await eva.runs(channel, '/frage', { question: 'Was?', picture: { name: 'a.png', bytes } });
    await eva.sees(channel, 'de: a.png, 13 bytes');
  });

  it('is not offered to who lacks its permissions', async () => {
    await expect(ada.runs(channel, '/settings')).rejects.toThrow('needs more permissions');
    handle = async (interaction) => {
      if (interaction.isChatInputCommand()) await interaction.reply('Settings');
    };
    const admin = discord.createPerson({ name: 'Root', guilds: [guild], permissions: 32n });
    await admin.seesReply(await admin.runs(channel, '/settings'));
  });

  it('offers choices while typing', async () => {
    handle = async (interaction) => {
      if (!interaction.isAutocomplete()) return;
      const typed = interaction.options.getFocused();
      await interaction.respond([{ name: `${typed} is this?`, value: 'full' }]);
    };
    const choices = await ada.types(channel, '/ask', { question: 'What' }, 'question');
    expect(choices).toEqual([{ name: 'What is this?', value: 'full' }]);
  });
});

describe('a message menu, its button and its modal', () => {
  it('answer in place', async () => {
    handle = async (interaction) => {
      if (interaction.isMessageContextMenuCommand()) {
        const again = new ButtonBuilder().setCustomId('more').setLabel('Ask more').setStyle(ButtonStyle.Primary);
        await interaction.reply({
          content: `It says: ${interaction.targetMessage.content}`,
          components: [new ActionRowBuilder<ButtonBuilder>().addComponents(again)],
          flags: MessageFlags.Ephemeral,
        });
      } else if (interaction.isButton()) {
        const input = new TextInputBuilder().setCustomId('q').setLabel('Your question').setStyle(TextInputStyle.Short);
        const row = new ActionRowBuilder<TextInputBuilder>().addComponents(input);
        await interaction.showModal(new ModalBuilder().setCustomId('modal').setTitle('Ask more').addComponents(row));
      } else if (interaction.isModalSubmit() && interaction.isFromMessage()) {
        await interaction.update({ content: `Asked: ${interaction.fields.getTextInputValue('q')}`, components: [] });
      }
    };
    const post = await ada.posts(channel, 'hello');
    const reply = await ada.seesReply(await ada.usesMenu(post, 'Describe picture'));
    expect(ada.screen(channel)).toMatchInlineSnapshot(`
      "Ada:
        hello
      Sightline [app] (Ada used Describe picture; reply to Ada: "hello"; only Ada sees this):
        It says: hello
        [Ask more]"
    `);
    const press = await ada.presses(reply, 'Ask more');
    expect((await ada.seesModal(press)).title).toBe('Ask more');
    await ada.submits(press, { 'Your question': 'Why?' });
    await ada.sees(channel, 'Asked: Why?');
    expect(await failure).toBeUndefined();
    expect(ada.screen(channel)).toMatchInlineSnapshot(`
      "Ada:
        hello
      Sightline [app] (Ada used Describe picture; reply to Ada: "hello"; only Ada sees this; edited):
        Asked: Why?"
    `);
  });
});

describe('an answer too late', () => {
  it('is refused with 10062 and the person is told that the app did not respond', async () => {
    handle = async (interaction) => {
      discord.clock.advance(3001);
      if (interaction.isChatInputCommand()) await interaction.reply('late');
    };
    await expect(ada.seesReply(await ada.runs(channel, '/ask', { question: 'Late?' }))).rejects.toThrow(
      'did not respond',
    );
    expect(await failure).toMatchObject({ code: 10062, status: 404 });
    expect(ada.screen(channel)).toBe('/ask: The application did not respond');
  });

  it('finds its token expired after 15 minutes: 50027', async () => {
    handle = async (interaction) => {
      if (!interaction.isChatInputCommand()) return;
      await interaction.deferReply();
      discord.clock.advance(15 * 60_000 + 1);
      await interaction.editReply('late');
    };
    await ada.runs(channel, '/ask', { question: 'Later?' });
    await ada.sees(channel, 'Sightline is thinking…');
    await expect.poll(async () => await failure).toMatchObject({ code: 50027, status: 401 });
  });
});
