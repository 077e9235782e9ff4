/** Registering commands, and who is offered them where: names, limits, installations, contexts. */
import {
  type RESTPostAPIApplicationCommandsJSONBody as Body,
  type Client,
  DiscordAPIError,
  Events,
  MessageFlags,
} from 'discord.js';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { login } from './client.ts';
import { type Loopback, startLoopback } from './loopback/loopback.ts';

let discord: Loopback;
let client: Client<true>;

beforeAll(async () => {
  discord = await startLoopback();
  client = await login(discord);
});

beforeEach(async () => {
  await client.application.commands.set([]);
  client.removeAllListeners(Events.InteractionCreate);
});

afterAll(async () => {
  await client?.destroy();
  await discord?.close();
});

const ask: Body = { name: 'ask', description: 'Ask' };
const register = async (...bodies: object[]) =>
  await client.rest.put(`/applications/${client.application.id}/commands`, { body: bodies }).then(
    () => 'fine',
    (error: unknown) => (error instanceof DiscordAPIError ? error.rawError : error),
  );

describe('a command', () => {
  const option = (part: object) => ({ ...ask, options: [{ type: 3, name: 'question', description: 'x', ...part }] });
  const optional = { type: 3, name: 'a', description: 'x' };
  it.each<[string, object]>([
    ['a capital in its name', { ...ask, name: 'Ask' }],
    ['a space in its name', { ...ask, name: 'ask me' }],
    ['a name of 33', { ...ask, name: 'x'.repeat(33) }],
    ['no description', { name: 'ask' }],
    ['a description of 101', { ...ask, description: 'x'.repeat(101) }],
    ['a localised description of 101', { ...ask, description_localizations: { de: 'x'.repeat(101) } }],
    ['a localised name with a capital', { ...ask, name_localizations: { de: 'Frage' } }],
    ['a language Discord does not have', { ...ask, name_localizations: { xx: 'frage' } }],
    ['26 options', { ...ask, options: Array.from({ length: 26 }, (_, i) => ({ ...optional, name: `o${i}` })) }],
    ['26 choices', option({ choices: Array.from({ length: 26 }, (_, i) => ({ name: `${i}`, value: `${i}` })) })],
    ['choices with autocomplete', option({ autocomplete: true, choices: [{ name: 'a', value: 'a' }] })],
    [
      'a required option after an optional one',
      { ...ask, options: [optional, { ...optional, name: 'b', required: true }] },
    ],
    ['a menu entry with a description', { type: 3, name: 'Describe picture', description: 'x' }],
    [
      'more than 8000 characters',
      {
        ...ask,
        options: Array.from({ length: 4 }, (_, o) => ({
          ...optional,
          name: `o${o}`,
          choices: Array.from({ length: 25 }, (__, i) => ({
            name: `${i}`.padEnd(50, 'x'),
            value: `${i}`.padEnd(50, 'x'),
          })),
        })),
      },
    ],
  ])('is refused with %s', async (_, body) => {
    expect(await register(body)).toMatchObject({ code: 50035 });
  });

  it('is refused a second time by the same name, but not as another kind', async () => {
    expect(await register(ask, ask)).toMatchObject({ code: 50035 });
    expect(await register(ask, { type: 3, name: 'ask' })).toBe('fine');
  });

  it('keeps its id when it is registered again', async () => {
    await register(ask);
    const before = await client.application.commands.fetch();
    await register({ ...ask, description: 'Ask again' }, { name: 'help', description: 'Help' });
    const after = await client.application.commands.fetch();
    expect(after.find(({ name }) => name === 'ask')?.id).toBe(before.first()?.id);
    expect(after.size).toBe(2);
  });
});

describe('where a command is offered', () => {
  const everywhere = { ...ask, integration_types: [0, 1], contexts: [0, 1, 2] };

  it('follows its contexts', async () => {
    const ada = discord.createPerson({ name: 'Ada' });
    await register({ ...ask, contexts: [0] });
    await expect(ada.runs(discord.direct(ada), '/ask')).rejects.toThrow('not for this context');
    await register(everywhere);
    await ada.runs(discord.direct(ada), '/ask');
  });

  it('in a server without the bot needs the person’s own installation', async () => {
    await register(everywhere);
    const guild = discord.createGuild({ name: 'Away', withBot: false });
    const channel = discord.createChannel(guild, 'general');
    const ada = discord.createPerson({ name: 'Ada', guilds: [guild] });
    const eva = discord.createPerson({ name: 'Eva', guilds: [guild], installed: true });
    await expect(ada.runs(channel, '/ask')).rejects.toThrow('not installed');
    client.once(Events.InteractionCreate, async (interaction) => {
      if (!interaction.isChatInputCommand()) return;
      await interaction.reply(`${interaction.context} ${interaction.authorizingIntegrationOwners.userId === eva.id}`);
    });
    await eva.seesReply(await eva.runs(channel, '/ask'));
    await ada.sees(channel, '0 true');
  });

  it('where external apps may not speak, only the person sees the answer', async () => {
    await register(everywhere);
    const guild = discord.createGuild({ name: 'Strict', withBot: false });
    const deny = { id: guild.id, kind: 'role', allow: 0n, deny: 1n << 50n } as const;
    const channel = discord.createChannel(guild, 'general', [deny]);
    const eva = discord.createPerson({ name: 'Eva', guilds: [guild], installed: true });
    client.once(Events.InteractionCreate, async (interaction) => {
      if (interaction.isChatInputCommand()) await interaction.reply('hello');
    });
    const reply = await eva.seesReply(await eva.runs(channel, '/ask'));
    expect(reply.flags & MessageFlags.Ephemeral).toBeTruthy();
  });

  it('between people only reaches the bot by the command itself', async () => {
    await register(everywhere);
    const eva = discord.createPerson({ name: 'Eva', installed: true });
    const bo = discord.createPerson({ name: 'Bo' });
    const channel = discord.privateChannel([eva, bo]);
    const heard: string[] = [];
    client.on(Events.MessageCreate, ({ content }) => void heard.push(content));
    await bo.posts(channel, 'private');
    const contexts = new Promise((resolve) => client.once(Events.InteractionCreate, ({ context }) => resolve(context)));
    await eva.runs(channel, '/ask');
    expect(await contexts).toBe(2);
    expect(heard).toEqual([]);
  });
});
