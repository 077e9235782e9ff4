/** The settings panel as a message: one page, what is set on it, and the controls to change it. */

import type { GuildAndChannels } from '#store/guild-settings.ts';
import { type ChannelSettings, effectiveSettings, type Language, Use } from '#store/settings.ts';
import type { Outgoing, Row } from '../post/outgoing.ts';
import { say } from '../words.ts';
import { AS_SERVER, figures, languages, styles } from './choices.ts';
import { buttons, channelSelect, roleSelect, select } from './controls.ts';
import { type Page, PageName } from './page.ts';

export interface View {
  readonly page: Page;
  readonly settings: GuildAndChannels;
  /** Without it automatic alt text sees no pictures, and the panel says so. */
  readonly seesContent: boolean;
}

interface Shown {
  readonly lines: readonly string[];
  readonly rows: readonly Row[];
}

export function renderSettings(view: View, language: Language): Outgoing {
  const { name, channelId } = view.page;
  const { lines, rows } = PAGES[name](view, language);
  const pages = select({ name }, 'page', {
    choices: PageName.options.map((value) => ({ value, label: say(language, `settings.page_${value}`) })),
    chosen: name,
    placeholder: say(language, 'settings.page'),
  });
  const where = channelId === undefined ? '' : ` · <#${channelId}>`;
  const title = `**${say(language, `settings.page_${name}`)}**${where}`;
  return { content: [title, ...lines].join('\n'), rows: [pages, ...rows] };
}

const PAGES: Record<PageName, (view: View, language: Language) => Shown> = {
  server: ({ page, settings: { guild } }, language) => ({
    lines: [say(language, 'settings.server_about')],
    rows: [
      select(page, 'language', {
        choices: languages(language, { channel: false }),
        chosen: guild.language,
        placeholder: say(language, 'settings.language'),
      }),
      select(page, 'style', {
        choices: styles(language, { channel: false }),
        chosen: guild.captionStyle,
        placeholder: say(language, 'settings.style'),
      }),
      buttons(page, [{ control: 'length', label: say(language, `settings.captions_${guild.captionLength}`) }]),
    ],
  }),

  access: ({ page, settings: { guild } }, language) => {
    const { use } = page;
    const limited = Use.options.filter((each) => isLimited(guild.access[each]));
    const of = (each: Use) => say(language, `settings.use_${each}`);
    const lines = [
      say(language, limited.length > 0 ? 'settings.access_about' : 'settings.access_open'),
      ...limited.map((each) => `- ${of(each)}: ${who(language, guild.access[each])}`),
    ];
    const picker = select(page, 'pick-use', {
      choices: Use.options.map((value) => ({ value, label: of(value) })),
      chosen: use,
      placeholder: say(language, 'settings.pick_use'),
    });
    if (use === undefined) return { lines, rows: [picker] };
    const { roles = [], channels = [] } = guild.access[use] ?? {};
    return {
      lines,
      rows: [
        picker,
        roleSelect(page, 'roles', { chosen: roles, placeholder: say(language, 'settings.everyone') }),
        channelSelect(page, 'channels', {
          chosen: channels,
          placeholder: say(language, 'settings.everywhere'),
          many: true,
        }),
      ],
    };
  },

  limits: ({ page, settings: { guild } }, language) => {
    const { perUserPerMinute, perUserInFlight, perGuildInFlight } = guild.limits;
    const row = (
      control: 'per-minute' | 'in-flight' | 'server-in-flight',
      set: number,
      key: 'settings.per_minute' | 'settings.in_flight' | 'settings.server_in_flight',
    ) =>
      select(page, control, {
        choices: figures(control, set, (count) => say(language, key, { count })),
        chosen: String(set),
        placeholder: say(language, key, { count: set }),
      });
    return {
      lines: [say(language, 'settings.limits_about')],
      rows: [
        row('per-minute', perUserPerMinute, 'settings.per_minute'),
        row('in-flight', perUserInFlight, 'settings.in_flight'),
        row('server-in-flight', perGuildInFlight, 'settings.server_in_flight'),
      ],
    };
  },

  channel: (view, language) => {
    const { page, settings } = view;
    const own = ownOf(view);
    const others = [...settings.channels].filter(([, each]) => Object.keys(each).length > 0);
    const lines = [
      say(language, 'settings.channel_about'),
      ...(others.length > 0
        ? [say(language, 'settings.own_channels', { list: mentions(others.map(([id]) => id)) })]
        : []),
    ];
    if (page.channelId === undefined) return { lines, rows: [channelPicker(page, language)] };
    const { answers } = effectiveSettings(settings.guild, own);
    const length = own.captionLength ?? 'server';
    return {
      lines,
      rows: [
        channelPicker(page, language),
        buttons(page, [
          {
            control: 'answers',
            label: say(language, answers ? 'settings.answers_on' : 'settings.answers_off'),
            on: answers,
          },
          { control: 'length', label: say(language, `settings.captions_${length}`) },
          { control: 'ask-authors', label: say(language, `settings.ask_authors_${threeWay(own.askAuthors)}`) },
          { control: 'reset', label: say(language, 'settings.reset') },
        ]),
        select(page, 'language', {
          choices: languages(language, { channel: true }),
          chosen: own.language ?? AS_SERVER,
          placeholder: say(language, 'settings.language'),
        }),
        select(page, 'style', {
          choices: styles(language, { channel: true }),
          chosen: own.captionStyle ?? AS_SERVER,
          placeholder: say(language, 'settings.style'),
        }),
      ],
    };
  },

  alt: (view, language) => {
    const { page, settings, seesContent } = view;
    const on = [...settings.channels].filter(([, each]) => each.autoAlt?.on).map(([id]) => id);
    const lines = [
      say(language, 'settings.alt_about'),
      ...(seesContent ? [] : [say(language, 'settings.alt_blind')]),
      say(language, on.length > 0 ? 'settings.alt_where' : 'settings.alt_nowhere', { list: mentions(on) }),
      ...(page.channelId === undefined ? [say(language, 'settings.alt_everywhere')] : []),
    ];
    const manner = effectiveSettings(settings.guild, page.channelId === undefined ? {} : ownOf(view)).autoAlt;
    return {
      lines,
      rows: [
        channelPicker(page, language),
        buttons(page, [
          ...(page.channelId === undefined
            ? []
            : [
                {
                  control: 'alt-on' as const,
                  label: say(language, manner.on ? 'settings.alt_on' : 'settings.alt_off'),
                  on: manner.on,
                },
              ]),
          {
            control: 'alt-ask',
            label: say(language, manner.askAuthor ? 'settings.alt_asks' : 'settings.alt_does_not_ask'),
          },
          { control: 'alt-quiet', label: say(language, manner.quiet ? 'settings.alt_quiet' : 'settings.alt_loud') },
        ]),
        select(page, 'wait', {
          choices: figures('wait', manner.waitSeconds, (seconds) => waits(language, seconds)),
          chosen: String(manner.waitSeconds),
          placeholder: waits(language, manner.waitSeconds),
        }),
      ],
    };
  },

  privacy: ({ page, settings: { guild } }, language) => ({
    lines: [say(language, 'settings.privacy_about')],
    rows: [
      buttons(page, [
        {
          control: 'ask-authors',
          label: say(language, guild.askAuthors ? 'settings.ask_authors_yes' : 'settings.ask_authors_no'),
          on: guild.askAuthors,
        },
      ]),
      select(page, 'feedback-days', {
        choices: figures('feedback-days', guild.retention.feedbackDays, (count) => feedback(language, count)),
        chosen: String(guild.retention.feedbackDays),
        placeholder: feedback(language, guild.retention.feedbackDays),
      }),
      select(page, 'alt-days', {
        choices: figures('alt-days', guild.retention.autoAltDays, (count) =>
          say(language, 'settings.alt_days', { count }),
        ),
        chosen: String(guild.retention.autoAltDays),
        placeholder: say(language, 'settings.alt_days', { count: guild.retention.autoAltDays }),
      }),
    ],
  }),
};

const isLimited = (access: { roles: string[]; channels: string[] } | undefined): boolean =>
  access !== undefined && access.roles.length + access.channels.length > 0;

const ownOf = ({ page, settings }: View): ChannelSettings => settings.channels.get(page.channelId ?? '') ?? {};

const threeWay = (value: boolean | undefined) => (value === undefined ? 'server' : value ? 'yes' : 'no');

const channelPicker = (page: Page, language: Language): Row =>
  channelSelect(page, 'pick-channel', {
    chosen: page.channelId === undefined ? [] : [page.channelId],
    placeholder: say(language, 'settings.pick_channel'),
    many: false,
  });

/** More than fit in a line are counted: a message has 2,000 characters for all eight uses. */
const NAMED = 10;
const NAMED_PER_USE = 3;

function named(tags: readonly string[], most: number): string {
  return [...tags.slice(0, most), ...(tags.length > most ? [`+${tags.length - most}`] : [])].join(' ');
}
const channelTags = (ids: readonly string[]) => ids.map((id) => `<#${id}>`);
const mentions = (ids: readonly string[]): string => named(channelTags(ids), NAMED);

function who(
  language: Language,
  { roles = [], channels = [] }: { roles?: readonly string[]; channels?: readonly string[] } = {},
): string {
  const roleTags = roles.map((id) => `<@&${id}>`);
  const people = roles.length > 0 ? named(roleTags, NAMED_PER_USE) : say(language, 'settings.everyone');
  const places =
    channels.length > 0 ? named(channelTags(channels), NAMED_PER_USE) : say(language, 'settings.everywhere');
  return `${people} · ${places}`;
}

const waits = (language: Language, seconds: number): string =>
  seconds % 60 === 0
    ? say(language, 'settings.wait_minutes', { count: seconds / 60 })
    : say(language, 'settings.wait_seconds', { count: seconds });

const feedback = (language: Language, count: number): string =>
  count === 0 ? say(language, 'settings.feedback_never') : say(language, 'settings.feedback_days', { count });
