/** What Discord refuses of answers to interactions, and what it fixes: once, in time, ephemeral from the deferral on. */
import {
  ActionRowBuilder,
  ButtonBuilder,
  ButtonStyle,
  ChannelSelectMenuBuilder,
  type ChatInputCommandInteraction,
  type Client,
  DiscordAPIError,
  Events,
  GatewayDispatchEvents,
  type Interaction,
  MessageFlags,
  SlashCommandBuilder,
  StringSelectMenuBuilder,
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

beforeAll(async () => {
  discord = await startLoopback();
  guild = discord.createGuild({ name: 'Home' });
  client = await login(discord);
  await client.application.commands.set([
    new SlashCommandBuilder()
      .setName('ask')
      .setDescription('Ask')
      .setIntegrationTypes(0, 1)
      .setContexts(0, 1, 2)
      .addUserOption((option) => option.setName('who').setDescription('Whom')),
  ]);
});

beforeEach(() => {
  channel = discord.createChannel(guild, 'general');
  ada = discord.createPerson({ name: 'Ada', guilds: [guild] });
});

afterAll(async () => {
  await client?.destroy();
  await discord?.close();
});

const next = async <T extends Interaction>(is: (interaction: Interaction) => interaction is T) =>
  await new Promise<T>((resolve) =>
    client.once(Events.InteractionCreate, (interaction) => is(interaction) && resolve(interaction)),
  );
const isCommand = (interaction: Interaction): interaction is ChatInputCommandInteraction =>
  interaction.isChatInputCommand();
/** The interaction as the bot has it, just after the person ran the command. */
async function asked(person = ada, where = channel): Promise<ChatInputCommandInteraction> {
  const coming = next(isCommand);
  await person.runs(where, '/ask');
  return await coming;
}
const codeOf = async (work: Promise<unknown>) =>
  await work.then(
    () => 'fine',
    (error: unknown) => (error instanceof DiscordAPIError ? error.code : error),
  );
const callback = async ({ id, token }: Interaction, type: number, data: object = {}) =>
  await codeOf(client.rest.post(`/interactions/${id}/${token}/callback`, { body: { type, data }, auth: false }));
const webhook = ({ token }: Interaction) => `/webhooks/${client.application.id}/${token}` as const;

describe('the first answer', () => {
  it('is given once', async () => {
    const interaction = await asked();
    await interaction.reply('one');
    expect(await callback(interaction, 4, { content: 'two' })).toBe(40060);
    expect(ada.screen(channel)).toContain('one');
    expect(ada.screen(channel)).not.toContain('two');
  });

  it('must fit the interaction', async () => {
    const interaction = await asked();
    expect(await callback(interaction, 7, { content: 'update of nothing' })).toBe(50035);
    expect(await callback(interaction, 8, { choices: [] })).toBe(50035);
    expect(await callback(interaction, 4, { content: '' })).toBe(50006);
    expect(await callback(interaction, 4, { content: 'x'.repeat(2001) })).toBe(50035);
    expect(await callback(interaction, 4, { content: 'fits' })).toBe('fine');
  });

  const input = { type: 4, custom_id: 'q', label: 'Question', style: 1 };
  const modal = { custom_id: 'm', title: 'Ask', components: [{ type: 1, components: [input] }] };
  const withInput = (part: object) => ({ ...modal, components: [{ type: 1, components: [{ ...input, ...part }] }] });
  it.each<[string, object]>([
    ['a title of 46', { ...modal, title: 'x'.repeat(46) }],
    ['no title', { ...modal, title: undefined }],
    ['six rows', { ...modal, components: Array.from({ length: 6 }, () => modal.components[0]) }],
    ['an input label of 46', withInput({ label: 'x'.repeat(46) })],
    ['a placeholder of 101', withInput({ placeholder: 'x'.repeat(101) })],
    ['a value of 4001', withInput({ value: 'x'.repeat(4001) })],
  ])('as a modal is refused with %s', async (_, data) => {
    const interaction = await asked();
    expect(await callback(interaction, 9, data)).toBe(50035);
    expect(await callback(interaction, 9, modal)).toBe('fine');
  });

  it('tells of the message it made, when asked to', async () => {
    const interaction = await asked();
    const { resource } = await interaction.reply({ content: 'hello', withResponse: true });
    expect(resource?.message?.content).toBe('hello');
    expect(resource?.message?.interactionMetadata?.user.id).toBe(ada.id);
  });
});

describe('whether only the person sees it', () => {
  it('is fixed at the deferral', async () => {
    const interaction = await asked();
    await interaction.deferReply({ flags: MessageFlags.Ephemeral });
    const followUp = { body: { content: 'filled' }, auth: false } as const;
    await client.rest.post(webhook(interaction), followUp);
    const bo = discord.createPerson({ name: 'Bo', guilds: [guild] });
    expect(bo.screen(channel)).toBe('');
    expect(ada.screen(channel)).toContain('filled');
    expect(discord.messages(channel)).toHaveLength(1);
  });

  it('cannot be undone by an edit, and such a message is none of the channel’s', async () => {
    const interaction = await asked();
    await interaction.deferReply();
    await interaction.editReply({ content: 'public', flags: MessageFlags.SuppressEmbeds });
    const bo = discord.createPerson({ name: 'Bo', guilds: [guild] });
    expect(bo.screen(channel)).toContain('public');
    const hidden = await interaction.followUp({ content: 'mine', flags: MessageFlags.Ephemeral });
    expect(await codeOf(client.rest.get(`/channels/${channel.id}/messages/${hidden.id}`))).toBe(10008);
    expect(await codeOf(interaction.editReply({ message: hidden, content: 'still mine' }))).toBe('fine');
    expect(bo.screen(channel)).not.toContain('mine');
  });

  it('reaches the gateway as a direct message without a server', async () => {
    const events: { guild_id?: string; flags: number }[] = [];
    client.ws.once(GatewayDispatchEvents.MessageCreate, (data: (typeof events)[number]) => void events.push(data));
    await (await asked()).reply({ content: 'psst', flags: MessageFlags.Ephemeral });
    await expect.poll(() => events).toMatchObject([{ flags: MessageFlags.Ephemeral }]);
    expect(events[0]).not.toHaveProperty('guild_id');
  });
});

describe('after the first answer', () => {
  it('there is no webhook before it, and none with another token', async () => {
    const interaction = await asked();
    const post = { body: { content: 'early' }, auth: false } as const;
    expect(await codeOf(client.rest.post(webhook(interaction), post))).toBe(10015);
    expect(await codeOf(client.rest.post(`/webhooks/${client.application.id}/bm8`, post))).toBe(50027);
  });

  it('the reply can be read, changed and deleted by anyone with the token', async () => {
    const interaction = await asked();
    await interaction.reply('hello');
    expect((await interaction.fetchReply()).content).toBe('hello');
    await interaction.deleteReply();
    expect(await codeOf(interaction.editReply('gone'))).toBe(10008);
    expect(ada.screen(channel)).toBe('');
  });

  it('an app that is installed by the person only follows up five times', async () => {
    const away = discord.createGuild({ name: 'Away', withBot: false });
    const eva = discord.createPerson({ name: 'Eva', guilds: [away], installed: true });
    const interaction = await asked(eva, discord.createChannel(away, 'general'));
    await interaction.reply('first');
    for (const text of ['1', '2', '3', '4', '5']) await interaction.followUp(text);
    expect(await codeOf(interaction.followUp('6'))).toBe(40094);
  });

  it('mentions only people unless it says otherwise, and rings when a deferral is filled', async () => {
    const role = discord.createRole(guild, 'crew', 0n, true);
    const interaction = await asked();
    await interaction.deferReply();
    await interaction.editReply(`<@${ada.id}> <@&${role.id}> @everyone`);
    const [message] = discord.messages(channel);
    expect(message?.mentions).toEqual({ userIds: [ada.id], roleIds: [], everyone: false });
    expect(ada.pings(channel)).toHaveLength(1);
  });
});

describe('selects', () => {
  it('bring values, and what ids mean', async () => {
    const words = new StringSelectMenuBuilder()
      .setCustomId('language')
      .setPlaceholder('Language')
      .addOptions({ label: 'Deutsch', value: 'de', default: true }, { label: 'English', value: 'en' });
    const where = new ChannelSelectMenuBuilder().setCustomId('where').setPlaceholder('Where');
    const off = new ButtonBuilder()
      .setCustomId('off')
      .setLabel('Later')
      .setStyle(ButtonStyle.Secondary)
      .setDisabled(true);
    await (await asked()).reply({
      components: [
        new ActionRowBuilder<StringSelectMenuBuilder>().addComponents(words),
        new ActionRowBuilder<ChannelSelectMenuBuilder>().addComponents(where),
        new ActionRowBuilder<ButtonBuilder>().addComponents(off),
      ],
    });
    const panel = await ada.sees(channel, 'Language');
    expect(ada.screen(channel)).toMatchInlineSnapshot(`
      "Sightline [app] (Ada used /ask):
        [▾ Language: Deutsch ✓ | English]
        [▾ Where]
        [Later (off)]"
    `);
    const chosen = next((one) => one.isStringSelectMenu());
    await ada.selects(panel, 'Language', ['English']);
    expect((await chosen).values).toEqual(['en']);
    await (await chosen).deferUpdate();
    const placed = next((one) => one.isChannelSelectMenu());
    await ada.selects(panel, 'Where', [channel.id]);
    expect((await placed).channels.map((one) => (one && 'name' in one ? one.name : null))).toEqual(['general']);
    await (await placed).update({ content: 'Saved.', components: [] });
    expect(ada.screen(channel)).toContain('Saved.');
    await expect(ada.presses(panel, 'Later')).rejects.toThrow('offers no "Later"');
  });
});

describe('options that point to people', () => {
  it('come with the member and what they may do', async () => {
    const coming = next(isCommand);
    await ada.runs(channel, '/ask', { who: ada.id });
    const interaction = await coming;
    expect(interaction.options.getUser('who')?.id).toBe(ada.id);
    expect(interaction.memberPermissions?.has('SendMessages')).toBe(true);
    expect(interaction.appPermissions.has('EmbedLinks')).toBe(true);
    await interaction.reply('ok');
  });
});
