/**
 * Settings of servers and their channels, read through a cache that answers on the bot's busiest path. A change is told to
 * the other processes (`news`); what is not heard is noticed within `keepMs`.
 */
import { LRUCache } from 'lru-cache';
import { z } from 'zod';
import {
  ChannelSettings,
  DEFAULT_SETTINGS,
  type EffectiveSettings,
  effectiveSettings,
  GuildSettings,
} from './settings.ts';
import type { Sql } from './sql.ts';

/** How changes travel between processes. A lost message costs `keepMs` of an old setting. */
export interface SettingsNews {
  tell(guildId: string): void;
  /** `undefined`: something may have been missed. */
  listen(heard: (guildId: string | undefined) => void): void;
}

export interface GuildAndChannels {
  readonly guild: GuildSettings;
  readonly channels: ReadonlyMap<string, ChannelSettings>;
}

export interface SettingsStore {
  /** What holds in a channel; of direct messages (`null`) the defaults. A thread asks by its parent's id. */
  of(guildId: string | null, channelId?: string): Promise<EffectiveSettings>;
  all(guildId: string): Promise<GuildAndChannels>;
  setGuild(guildId: string, settings: GuildSettings): Promise<void>;
  setChannel(guildId: string, channelId: string, settings: ChannelSettings): Promise<void>;
  /** Of a server that is gone from the database. */
  forget(guildId: string): void;
}

/** Ten times the servers one process is made for; about a kilobyte each. */
const GUILDS_KEPT = 10_000;
const KEEP_MS = 60_000;

const json = z.string().transform((text, context) => {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    context.addIssue({ code: 'custom', message: 'Expected JSON' });
    return z.NEVER;
  }
});
const Rows = z.tuple([
  z.array(z.object({ settings: json.pipe(GuildSettings) })),
  z.array(z.object({ channel_id: z.string(), settings: json.pipe(ChannelSettings) })),
]);

export function createSettingsStore(sql: Sql, news: SettingsNews, keepMs = KEEP_MS): SettingsStore {
  // Promises, so that those who ask together share one read, and a change drops a read that is under way.
  const kept = new LRUCache<string, Promise<GuildAndChannels>>({ max: GUILDS_KEPT, ttl: keepMs });
  news.listen((guildId) => (guildId === undefined ? kept.clear() : kept.delete(guildId)));

  const load = async (guildId: string): Promise<GuildAndChannels> => {
    const [[row], channels] = Rows.parse(
      await sql.read([
        { sql: 'SELECT settings FROM guild_settings WHERE guild_id = ?', args: [guildId] },
        { sql: 'SELECT channel_id, settings FROM channel_settings WHERE guild_id = ?', args: [guildId] },
      ]),
    );
    return {
      guild: row?.settings ?? GuildSettings.parse({}),
      channels: new Map(channels.map(({ channel_id, settings }) => [channel_id, settings])),
    };
  };
  const all = (guildId: string): Promise<GuildAndChannels> => {
    const known = kept.get(guildId);
    if (known) return known;
    const loading = load(guildId);
    kept.set(guildId, loading);
    loading.catch(() => kept.delete(guildId));
    return loading;
  };
  const changed = (guildId: string) => {
    kept.delete(guildId);
    news.tell(guildId);
  };

  return {
    all,
    async of(guildId, channelId) {
      if (guildId === null) return DEFAULT_SETTINGS;
      const { guild, channels } = await all(guildId);
      return effectiveSettings(guild, channelId === undefined ? undefined : channels.get(channelId));
    },
    async setGuild(guildId, settings) {
      const text = JSON.stringify(GuildSettings.parse(settings));
      await sql.write([
        {
          sql: `INSERT INTO guild_settings (guild_id, settings) VALUES (?, ?)
                ON CONFLICT (guild_id) DO UPDATE SET settings = excluded.settings`,
          args: [guildId, text],
        },
      ]);
      changed(guildId);
    },
    async setChannel(guildId, channelId, settings) {
      const text = JSON.stringify(ChannelSettings.parse(settings));
      await sql.write([
        {
          sql: `INSERT INTO channel_settings (guild_id, channel_id, settings) VALUES (?, ?, ?)
                ON CONFLICT (guild_id, channel_id) DO UPDATE SET settings = excluded.settings`,
          args: [guildId, channelId, text],
        },
      ]);
      changed(guildId);
    },
    forget: changed,
  };
}
