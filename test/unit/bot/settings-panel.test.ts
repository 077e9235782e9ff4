/** The settings panel: within Discord's limits in every language, and changing what it says and nothing else. */
import { describe, expect, it } from 'vitest';
import type { GuildAndChannels } from '#store/guild-settings.ts';
import { DEFAULT_GUILD_SETTINGS, GuildSettings, Language, Use } from '#store/settings.ts';
import { DISCORD } from '../../../bot/limits.ts';
import { bodyOf } from '../../../bot/post/outgoing.ts';
import { renderChoices, renderDeleteQuestion } from '../../../bot/privacy/render.ts';
import { applySettings } from '../../../bot/settings/apply.ts';
import { type Page, PageName, readControl } from '../../../bot/settings/page.ts';
import { renderSettings } from '../../../bot/settings/render.ts';

const ID = '1234567890123456789';
const many = Array.from({ length: 25 }, (_, i) => String(BigInt(ID) + BigInt(i)));
/** As much as can be set. */
const full: GuildAndChannels = {
  guild: GuildSettings.parse({
    access: Object.fromEntries(Use.options.map((use) => [use, { roles: many, channels: many }])),
    limits: { perUserPerMinute: 7, perUserInFlight: 7, perGuildInFlight: 77 },
    autoAlt: { waitSeconds: 77 },
    retention: { feedbackDays: 77, autoAltDays: 77 },
  }),
  channels: new Map(many.map((id) => [id, { answers: false, autoAlt: { on: true } }])),
};
const empty: GuildAndChannels = { guild: DEFAULT_GUILD_SETTINGS, channels: new Map() };
const pages: Page[] = PageName.options.flatMap((name) => [
  { name },
  { name, channelId: ID },
  { name, use: 'storyboard' },
]);

interface Component {
  readonly type: number;
  readonly custom_id: string;
  readonly label?: string;
  readonly placeholder?: string;
  readonly options?: readonly { readonly label: string; readonly value: string }[];
}

/** components/reference: `placeholder` of a select. */
const PLACEHOLDER = 150;

function checkMessage(message: Parameters<typeof bodyOf>[0]): void {
  expect(message.content.length).toBeLessThanOrEqual(DISCORD.contentCharacters);
  const { components } = bodyOf(message);
  expect(components.length).toBeLessThanOrEqual(DISCORD.rowsPerMessage);
  const ids: string[] = [];
  for (const row of components) {
    const controls = row.components as unknown as Component[];
    expect(controls.length).toBeGreaterThan(0);
    expect(controls.length).toBeLessThanOrEqual(DISCORD.buttonsPerRow);
    for (const { custom_id, label = 'x', placeholder = '', options } of controls) {
      ids.push(custom_id);
      expect(label.length).toBeGreaterThan(0);
      expect(label.length).toBeLessThanOrEqual(DISCORD.buttonLabelCharacters);
      expect(placeholder.length).toBeLessThanOrEqual(PLACEHOLDER);
      expect(custom_id.length).toBeLessThanOrEqual(DISCORD.customIdCharacters);
      if (!options) continue;
      expect(options.length).toBeLessThanOrEqual(DISCORD.selectOptions);
      expect(new Set(options.map(({ value }) => value)).size).toBe(options.length);
      for (const option of options) expect(option.label.length).toBeLessThanOrEqual(DISCORD.selectLabelCharacters);
    }
  }
  expect(new Set(ids).size).toBe(ids.length);
}

describe.each(Language.options)('in %s', (language) => {
  it('every page fits, empty and full', () => {
    for (const settings of [empty, full]) {
      for (const page of pages) checkMessage(renderSettings({ page, settings, seesContent: false }, language));
    }
  });

  it('what /privacy shows fits', () => {
    const choices = { noAutoAlt: true, askMe: true, feedback: 'yes' } as const;
    const permissions = many.map((guildId) => ({ guildId, givenAt: 1 }));
    checkMessage(renderChoices({ userId: ID, choices, permissions, feedback: [], autoAltPosts: [] }, language));
    checkMessage(renderDeleteQuestion(language));
  });
});

it('every control of every page is understood when it is used', () => {
  for (const page of pages) {
    for (const row of renderSettings({ page, settings: full, seesContent: true }, 'en').rows ?? []) {
      for (const component of row.components as unknown as Component[]) {
        const read = readControl(component.custom_id);
        expect(read, component.custom_id).toMatchObject({ page: { name: page.name } });
      }
    }
  }
});

describe('a use of a control', () => {
  const use = (page: Page, control: string, values: string[] = [], settings = empty) =>
    applySettings(settings, page, { control: control as never, values });

  it.each<[string, Page, string, string[], object]>([
    ['language', { name: 'server' }, 'language', ['de'], { language: 'de' }],
    ['length', { name: 'server' }, 'length', [], { captionLength: 'long' }],
    [
      'limit',
      { name: 'limits' },
      'per-minute',
      ['30'],
      { limits: { ...DEFAULT_GUILD_SETTINGS.limits, perUserPerMinute: 30 } },
    ],
    ['roles', { name: 'access', use: 'rank' }, 'roles', [ID], { access: { rank: { roles: [ID], channels: [] } } }],
    ['retention', { name: 'privacy' }, 'feedback-days', ['0'], { retention: { feedbackDays: 0, autoAltDays: 30 } }],
    ['wait', { name: 'alt' }, 'wait', ['300'], { autoAlt: { ...DEFAULT_GUILD_SETTINGS.autoAlt, waitSeconds: 300 } }],
  ])('changes the %s of the server and nothing else', (_, page, control, values, changed) => {
    expect(use(page, control, values).guild).toEqual({ ...DEFAULT_GUILD_SETTINGS, ...changed });
  });

  it.each<[string, Page['name'], string, string[], object]>([
    ['answers', 'channel', 'answers', [], { answers: false }],
    ['language', 'channel', 'language', ['ja'], { language: 'ja' }],
    ['alt text', 'alt', 'alt-on', [], { autoAlt: { on: true } }],
    ['wait', 'alt', 'wait', ['15'], { autoAlt: { waitSeconds: 15 } }],
  ])('changes the %s of the channel', (_, name, control, values, settings) => {
    expect(use({ name, channelId: ID }, control, values)).toEqual({
      page: { name, channelId: ID },
      channel: { id: ID, settings },
    });
  });

  it('goes back to what the server has', () => {
    const channels = new Map([[ID, { language: 'ja' as const, answers: false, autoAlt: { on: true } }]]);
    const settings = { guild: DEFAULT_GUILD_SETTINGS, channels };
    const page = { name: 'channel', channelId: ID } as const;
    expect(use(page, 'language', ['server'], settings).channel?.settings).toEqual({
      answers: false,
      autoAlt: { on: true },
    });
    expect(use(page, 'reset', [], settings).channel?.settings).toEqual({ autoAlt: { on: true } });
  });

  it.each<[Page, string, string[]]>([
    [{ name: 'server' }, 'language', ['klingon']],
    [{ name: 'limits' }, 'per-minute', ['0']],
    [{ name: 'limits' }, 'per-minute', ['many']],
    [{ name: 'access', use: 'rank' }, 'roles', ['everyone']],
    [{ name: 'alt', channelId: ID }, 'wait', ['-1']],
  ])('that does not fit keeps nothing: %j %s %j', (page, control, values) => {
    expect(use(page, control, values)).toEqual({ page });
  });
});
