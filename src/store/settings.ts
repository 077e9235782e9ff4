/**
 * What a server (guild) and its channels have set, their bounds and defaults, and how a channel's word goes before its
 * server's. Everything read from the database is parsed with these schemas: a field that is missing takes its default.
 */
import { z } from 'zod';

export const Language = z.enum(['en', 'de', 'fr', 'es', 'pt-BR', 'ja']);
export type Language = z.infer<typeof Language>;

/** `auto`: the language of the person, or of the server where the person's is not known. */
export const LanguageChoice = z.enum(['auto', ...Language.options]);
export type LanguageChoice = z.infer<typeof LanguageChoice>;

/** How a caption is set: a sentence ("A red car."), a title ("Red Car"), or the model's own words ("a red car"). */
export const CaptionStyle = z.enum(['sentence', 'title', 'plain']);
export type CaptionStyle = z.infer<typeof CaptionStyle>;

export const CaptionLength = z.enum(['short', 'long']);
export type CaptionLength = z.infer<typeof CaptionLength>;

/** The ways to use the bot that a server may restrict. The message menus count as `ask`, `alt` and `read`. */
export const Use = z.enum(['mention', 'ask', 'caption', 'alt', 'read', 'where', 'storyboard', 'rank']);
export type Use = z.infer<typeof Use>;

export const Snowflake = z.string().regex(/^\d{1,20}$/, 'Expected a Discord id');

/** Discord's selects hold 25 choices; an empty list means everybody, or everywhere. */
const ids = z.array(Snowflake).max(25).default([]);
export const Access = z.object({ roles: ids, channels: ids });
export type Access = z.infer<typeof Access>;

const whole = (min: number, max: number, fallback: number) => z.number().int().min(min).max(max).default(fallback);

/** Bounds with their reasons. */
export const UsageLimits = z.object({
  /** Asks of one person in a minute: a question every six seconds is as fast as one reads. */
  perUserPerMinute: whole(1, 120, 10),
  /** Asks of one person under way at once. */
  perUserInFlight: whole(1, 20, 3),
  /** Asks of the whole server under way at once: leaves room in the queue for the other servers. */
  perGuildInFlight: whole(1, 200, 30),
});
export type UsageLimits = z.infer<typeof UsageLimits>;

/** How automatic alt text is done where it is on. */
export const AutoAlt = z.object({
  /** Time for the author to add a description of their own. */
  waitSeconds: whole(1, 3_600, 60),
  /** Ask the author before their picture is described. */
  askAuthor: z.boolean().default(false),
  /** Post without a notification. */
  quiet: z.boolean().default(true),
});
export type AutoAlt = z.infer<typeof AutoAlt>;

export const Retention = z.object({
  /** 0: this server wants no feedback kept, whoever consents. */
  feedbackDays: whole(0, 365, 90),
  /** How long the bot remembers which of its messages describes whose: until then it removes them with the picture. */
  autoAltDays: whole(1, 90, 30),
});
export type Retention = z.infer<typeof Retention>;

export const GuildSettings = z.object({
  language: LanguageChoice.default('auto'),
  captionStyle: CaptionStyle.default('sentence'),
  captionLength: CaptionLength.default('short'),
  /** Who may use what, and where; a use that is not listed is open to all. */
  access: z.partialRecord(Use, Access).default({}),
  limits: UsageLimits.prefault({}),
  /** Ask the author when somebody else wants their picture described. */
  askAuthors: z.boolean().default(false),
  autoAlt: AutoAlt.prefault({}),
  retention: Retention.prefault({}),
});
export type GuildSettings = z.infer<typeof GuildSettings>;

/** What a channel says for itself; what it does not say is the server's. Threads have their parent channel's. */
export const ChannelSettings = z.object({
  /** False: the bot answers nothing here. */
  answers: z.boolean().optional(),
  language: LanguageChoice.optional(),
  captionStyle: CaptionStyle.optional(),
  captionLength: CaptionLength.optional(),
  askAuthors: z.boolean().optional(),
  /** Off until an admin turns it on for this channel. */
  autoAlt: z
    .object({
      on: z.boolean(),
      waitSeconds: AutoAlt.shape.waitSeconds.unwrap(),
      askAuthor: z.boolean(),
      quiet: z.boolean(),
    })
    .partial()
    .optional(),
});
export type ChannelSettings = z.infer<typeof ChannelSettings>;

/** What holds in one channel. */
export interface EffectiveSettings extends GuildSettings {
  readonly answers: boolean;
  readonly autoAlt: AutoAlt & { readonly on: boolean };
}

export function effectiveSettings(guild: GuildSettings, channel: ChannelSettings = {}): EffectiveSettings {
  return {
    ...guild,
    answers: channel.answers ?? true,
    language: channel.language ?? guild.language,
    captionStyle: channel.captionStyle ?? guild.captionStyle,
    captionLength: channel.captionLength ?? guild.captionLength,
    askAuthors: channel.askAuthors ?? guild.askAuthors,
    autoAlt: {
      on: channel.autoAlt?.on ?? false,
      waitSeconds: channel.autoAlt?.waitSeconds ?? guild.autoAlt.waitSeconds,
      askAuthor: channel.autoAlt?.askAuthor ?? guild.autoAlt.askAuthor,
      quiet: channel.autoAlt?.quiet ?? guild.autoAlt.quiet,
    },
  };
}

export const DEFAULT_GUILD_SETTINGS: GuildSettings = GuildSettings.parse({});
/** Where there is no server: direct messages, and servers that have only the person's own installation. */
export const DEFAULT_SETTINGS: EffectiveSettings = effectiveSettings(DEFAULT_GUILD_SETTINGS);

/** Whether somebody with these roles may use this, in a channel (a thread gives its parent's id too). */
export function mayUse(
  { answers, access }: EffectiveSettings,
  use: Use,
  { roleIds, channelIds }: { readonly roleIds: readonly string[]; readonly channelIds: readonly string[] },
): boolean {
  if (!answers) return false;
  const { roles, channels } = access[use] ?? { roles: [], channels: [] };
  const inRole = roles.length === 0 || roles.some((role) => roleIds.includes(role));
  const inChannel = channels.length === 0 || channels.some((channel) => channelIds.includes(channel));
  return inRole && inChannel;
}
