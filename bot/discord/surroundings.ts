/** What discord.js knows of a channel without asking Discord: what the bot may do there, and how the server speaks. */
import { type Client, type GuildBasedChannel, PermissionFlagsBits as May } from 'discord.js';
import type { Language } from '#store/settings.ts';
import { languageOf } from '../words.ts';
import { ALL_PERMISSIONS } from './interaction.ts';

export interface Place {
  readonly guildId: string | undefined;
  /** The channel that a thread belongs to. */
  readonly parentId: string | undefined;
  readonly thread: { readonly archived: boolean; readonly locked: boolean } | undefined;
  /** Of the bot. */
  readonly permissions: bigint;
  /** Its name and topic, with those of the channel a thread belongs to. */
  readonly about: string;
  /** The server's, where it has set one. */
  readonly language: Language;
}

export interface Surroundings {
  /** Undefined for a channel that no event has told of: whoever posts there learns it from the refusal. */
  of(channelId: string): Place | undefined;
}

export const createSurroundings = (client: Client<true>): Surroundings => ({
  of(channelId) {
    const channel = client.channels.cache.get(channelId);
    if (!channel || channel.isDMBased()) return undefined;
    return {
      guildId: channel.guildId,
      parentId: channel.isThread() ? (channel.parentId ?? undefined) : undefined,
      thread: channel.isThread() ? { archived: channel.archived ?? false, locked: channel.locked ?? false } : undefined,
      permissions: channel.permissionsFor(client.user)?.bitfield ?? ALL_PERMISSIONS,
      about: aboutOf(channel),
      language: languageOf(channel.guild.preferredLocale),
    };
  },
});

function aboutOf(channel: GuildBasedChannel): string {
  const parent = channel.isThread() ? channel.parent : null;
  return (
    [channel, parent]
      // A name holds no #: "cats-nobot" means what "#nobot" means elsewhere.
      .flatMap((each) => (each ? [each.name.replace(/^|[-_]/g, ' #'), 'topic' in each ? (each.topic ?? '') : ''] : []))
      .join(' ')
  );
}

const may = (permissions: bigint, what: bigint): boolean =>
  (permissions & what) === what || (permissions & May.Administrator) !== 0n;

/** Why the bot cannot post in a place, as far as is known beforehand; a request that is refused for sure is not made. */
export function whyNotPost(place: Place | undefined): 'forbidden' | 'archived' | undefined {
  if (!place) return undefined;
  const { permissions, thread } = place;
  if (!may(permissions, May.ViewChannel | (thread ? May.SendMessagesInThreads : May.SendMessages))) return 'forbidden';
  // An archived thread opens when somebody writes in it, unless it is locked.
  return thread?.archived && thread.locked && !may(permissions, May.ManageThreads) ? 'archived' : undefined;
}

/** A reply refers to a message, which the bot must be allowed to read; without, it stands alone. */
export const mayReply = (place: Place | undefined): boolean => !place || may(place.permissions, May.ReadMessageHistory);

/** @param permissions of the bot, in a channel or at an interaction */
export const mayAttach = (permissions: bigint): boolean => may(permissions, May.AttachFiles);
