/**
 * One use of a control, as a change of what is set. Pure: the same use on the same settings changes them alike. What Discord sends
 * is checked again, as anybody can send anything; a control that does not fit changes nothing.
 */
import { z } from 'zod';
import type { GuildAndChannels } from '#store/guild-settings.ts';
import { ChannelSettings, GuildSettings, Snowflake, Use } from '#store/settings.ts';
import { AS_SERVER } from './choices.ts';
import { type Control, type Page, PageName } from './page.ts';

export interface Applied {
  /** Where the person is now. */
  readonly page: Page;
  /** What is to be kept, if anything: of the server, or of the channel of the page. */
  readonly guild?: GuildSettings;
  readonly channel?: { readonly id: string; readonly settings: ChannelSettings };
}

interface Used {
  readonly control: Control;
  readonly values: readonly string[];
}

export function applySettings(settings: GuildAndChannels, page: Page, { control, values }: Used): Applied {
  const [value = ''] = values;
  if (control === 'page') return { page: { name: PageName.safeParse(value).data ?? page.name } };
  if (control === 'pick-channel') return { page: { ...page, channelId: Snowflake.safeParse(value).data } };
  if (control === 'pick-use') return { page: { ...page, use: Use.safeParse(value).data } };
  if ((page.name === 'channel' || page.name === 'alt') && page.channelId !== undefined) {
    const own = settings.channels.get(page.channelId) ?? {};
    const changed = ChannelSettings.safeParse(withoutUnset(channelWith(own, settings.guild, control, value)));
    return changed.success ? { page, channel: { id: page.channelId, settings: changed.data } } : { page };
  }
  const changed = GuildSettings.safeParse(guildWith(settings.guild, page, control, values));
  return changed.success ? { page, guild: changed.data } : { page };
}

/** The loosely typed result is what the schema is for. */
type Loose<T> = { readonly [K in keyof T]?: unknown };

function guildWith(
  guild: GuildSettings,
  { use }: Page,
  control: Control,
  values: readonly string[],
): Loose<GuildSettings> {
  const [value = ''] = values;
  const figure = Number(value);
  switch (control) {
    case 'language':
      return { ...guild, language: value };
    case 'style':
      return { ...guild, captionStyle: value };
    case 'length':
      return { ...guild, captionLength: guild.captionLength === 'short' ? 'long' : 'short' };
    case 'roles':
    case 'channels': {
      if (use === undefined) return guild;
      const access = { roles: [], channels: [], ...guild.access[use], [control]: values };
      return { ...guild, access: { ...guild.access, [use]: access } };
    }
    case 'per-minute':
      return { ...guild, limits: { ...guild.limits, perUserPerMinute: figure } };
    case 'in-flight':
      return { ...guild, limits: { ...guild.limits, perUserInFlight: figure } };
    case 'server-in-flight':
      return { ...guild, limits: { ...guild.limits, perGuildInFlight: figure } };
    case 'ask-authors':
      return { ...guild, askAuthors: !guild.askAuthors };
    case 'feedback-days':
      return { ...guild, retention: { ...guild.retention, feedbackDays: figure } };
    case 'alt-days':
      return { ...guild, retention: { ...guild.retention, autoAltDays: figure } };
    case 'alt-ask':
      return { ...guild, autoAlt: { ...guild.autoAlt, askAuthor: !guild.autoAlt.askAuthor } };
    case 'alt-quiet':
      return { ...guild, autoAlt: { ...guild.autoAlt, quiet: !guild.autoAlt.quiet } };
    case 'wait':
      return { ...guild, autoAlt: { ...guild.autoAlt, waitSeconds: figure } };
    default:
      return guild;
  }
}

const orServer = (value: string) => (value === AS_SERVER ? undefined : value);
/** As the server, then each of the others, then as the server again. */
const next = <T>(value: T | undefined, [first, second]: readonly [T, T]): T | undefined =>
  value === undefined ? first : value === first ? second : undefined;

function channelWith(
  own: ChannelSettings,
  guild: GuildSettings,
  control: Control,
  value: string,
): Loose<ChannelSettings> {
  const { autoAlt = {} } = own;
  switch (control) {
    case 'answers':
      return { ...own, answers: own.answers === false ? undefined : false };
    case 'language':
      return { ...own, language: orServer(value) };
    case 'style':
      return { ...own, captionStyle: orServer(value) };
    case 'length':
      return { ...own, captionLength: next(own.captionLength, ['short', 'long']) };
    case 'ask-authors':
      return { ...own, askAuthors: next(own.askAuthors, [true, false]) };
    case 'alt-on':
      return { ...own, autoAlt: { ...autoAlt, on: !autoAlt.on } };
    case 'alt-ask':
      return { ...own, autoAlt: { ...autoAlt, askAuthor: !(autoAlt.askAuthor ?? guild.autoAlt.askAuthor) } };
    case 'alt-quiet':
      return { ...own, autoAlt: { ...autoAlt, quiet: !(autoAlt.quiet ?? guild.autoAlt.quiet) } };
    case 'wait':
      return { ...own, autoAlt: { ...autoAlt, waitSeconds: z.coerce.number().safeParse(value).data } };
    case 'reset':
      return { ...(own.autoAlt && { autoAlt: own.autoAlt }) };
    default:
      return own;
  }
}

const withoutUnset = (settings: object) =>
  Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined));
