/** Commands as Discord takes them, held to its forms; their plans as pure functions of what was given. */
import { describe, expect, it } from 'vitest';
import { DEFAULT_SETTINGS } from '#store/settings.ts';
import { COMMANDS } from '../../../bot/commands/all.ts';
import { caption } from '../../../bot/commands/caption.ts';
import { customId, wordsOf } from '../../../bot/commands/command.ts';
import { rank } from '../../../bot/commands/rank.ts';
import { commandBody } from '../../../bot/commands/register.ts';
import { storyboard } from '../../../bot/commands/storyboard.ts';
import { where } from '../../../bot/commands/where.ts';
import type { CommandInput } from '../../../bot/discord/interaction.ts';
import { type CommandInput as CommandForm, checkCommand } from '../../discord/loopback/forms/command-form.ts';
import { createForm } from '../../discord/loopback/forms/form.ts';

const PLACES = { discordCdn: ['https://cdn.example'], imageOrigins: [] };
const attachment = (id: string, filename = `${id}.png`) => ({
  id,
  filename,
  content_type: 'image/png',
  size: 1,
  url: `https://cdn.example/${filename}`,
});

const given = (options: Record<string, string>, attachments: readonly string[] = []): CommandInput => ({
  kind: 'command',
  scene: {
    id: '1',
    userId: '2',
    guildId: '3',
    channelId: '4',
    parentId: undefined,
    roleIds: [],
    permissions: 0n,
    appPermissions: 0n,
    language: 'en',
    member: true,
  },
  name: '',
  subcommand: undefined,
  options: new Map(Object.entries(options)),
  attachments: new Map(attachments.map((id) => [id, attachment(id)])),
  target: undefined,
});

describe.each(COMMANDS.map((command) => [command.data.name, command] as const))('%s', (_, command) => {
  it('is as Discord takes it', () => {
    const form = createForm();
    checkCommand(form, JSON.parse(JSON.stringify(commandBody(command))) as CommandForm, [], false);
    expect(() => form.check()).not.toThrow();
  });
});

describe('/where', () => {
  it.each([
    ['boat', 'where is the boat?'],
    ['The Red Boat', 'where is the red boat?'],
    ['a star?', 'where is a star?'],
  ])('asks for "%s" as "%s"', (thing, question) => {
    expect(where.plan(given({ picture: 'a', thing }, ['a']), DEFAULT_SETTINGS, PLACES)).toMatchObject({ question });
  });

  it('wants to know for what', () => {
    expect(() => where.plan(given({ picture: 'a', thing: ' ? ' }, ['a']), DEFAULT_SETTINGS, PLACES)).toThrow(
      expect.objectContaining({ code: 'no_question' }),
    );
  });
});

describe('/storyboard', () => {
  it('keeps the order of its options, whatever order they come in', () => {
    const options = { picture10: 'j', picture2: 'b', picture1: 'a' };
    const { pictures } = storyboard.plan(given(options, ['j', 'a', 'b']), DEFAULT_SETTINGS, PLACES);
    expect(pictures.map((picture) => picture.kind === 'discord' && picture.attachmentId)).toEqual(['a', 'b', 'j']);
  });
});

describe('/rank', () => {
  it('takes each caption once, and at least two', () => {
    const options = { picture: 'a', caption1: 'a cat', caption2: 'a dog', caption3: 'a cat ' };
    expect(rank.plan(given(options, ['a']), DEFAULT_SETTINGS, PLACES).captions).toEqual(['a cat', 'a dog']);
    expect(() =>
      rank.plan(given({ picture: 'a', caption1: 'x', caption2: 'x' }, ['a']), DEFAULT_SETTINGS, PLACES),
    ).toThrow(expect.objectContaining({ code: 'no_captions' }));
  });
});

describe('/caption', () => {
  it('is as the server has set, unless the person says', () => {
    const settings = { ...DEFAULT_SETTINGS, captionStyle: 'plain', captionLength: 'long' } as const;
    expect(caption.plan(given({ picture: 'a' }, ['a']), settings, PLACES)).toMatchObject({
      style: 'plain',
      detail: 'long',
    });
    expect(caption.plan(given({ picture: 'a', style: 'title' }, ['a']), settings, PLACES)).toMatchObject({
      style: 'title',
      detail: 'long',
    });
  });
});

it('a custom id is read back as it was written', () => {
  expect(wordsOf(customId('delete', 'bm1575183809807122433', '42'))).toEqual(['delete', 'bm1575183809807122433', '42']);
});
