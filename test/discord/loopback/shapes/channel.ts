/** Channels, threads and DMs as the API shows them. */
import {
  type APIChannel,
  type APIDMChannel,
  type APITextChannel,
  type APIThreadChannel,
  ChannelType,
  OverwriteType,
  ThreadAutoArchiveDuration,
  type ThreadMemberFlags,
} from 'discord-api-types/v10';
import { isThread } from '../world/permissions.ts';
import type { ChannelRecord } from '../world/records.ts';
import { the, type World } from '../world/world.ts';
import { apiUser } from './user.ts';

const NO_FLAGS: number = 0;

export function apiThread(world: World, channel: ChannelRecord): APIThreadChannel {
  const thread = the(channel.thread, 'thread');
  const count = world.messages.get(channel.id)?.size ?? 0;
  const joined = thread.memberIds.has(world.bot.id)
    ? {
        member: {
          id: channel.id,
          user_id: world.bot.id,
          join_timestamp: new Date(thread.changedMs).toISOString(),
          flags: NO_FLAGS as ThreadMemberFlags,
        },
      }
    : {};
  return {
    id: channel.id,
    type: channel.type as ChannelType.PublicThread,
    guild_id: the(channel.guildId, 'guild'),
    name: channel.name,
    parent_id: the(channel.parentId, 'parent'),
    owner_id: thread.ownerId,
    last_message_id: channel.lastMessageId,
    rate_limit_per_user: 0,
    message_count: count,
    total_message_sent: count,
    member_count: thread.memberIds.size,
    applied_tags: [],
    thread_metadata: {
      archived: thread.archived,
      locked: thread.locked,
      auto_archive_duration: ThreadAutoArchiveDuration.OneDay,
      archive_timestamp: new Date(thread.changedMs).toISOString(),
    },
    ...joined,
  };
}

function apiText(channel: ChannelRecord): APITextChannel {
  return {
    id: channel.id,
    type: ChannelType.GuildText,
    guild_id: the(channel.guildId, 'guild'),
    name: channel.name,
    position: 0,
    parent_id: channel.parentId,
    topic: null,
    nsfw: false,
    last_message_id: channel.lastMessageId,
    rate_limit_per_user: 0,
    permission_overwrites: channel.overwrites.map(({ id, kind, allow, deny }) => ({
      id,
      type: kind === 'role' ? OverwriteType.Role : OverwriteType.Member,
      allow: allow.toString(),
      deny: deny.toString(),
    })),
  };
}

function apiDm(world: World, channel: ChannelRecord): APIDMChannel {
  return {
    id: channel.id,
    type: ChannelType.DM,
    name: null,
    last_message_id: channel.lastMessageId,
    recipients: channel.recipientIds.map((id) => apiUser(the(world.users.get(id), 'user'))),
  };
}

/** Text channels, threads, DMs and group DMs are all that a bot of this kind meets. */
export function apiChannel(world: World, channel: ChannelRecord): APIChannel {
  if (channel.guildId === null) {
    const dm = apiDm(world, channel);
    return channel.type === ChannelType.GroupDM
      ? { ...dm, type: ChannelType.GroupDM, name: channel.name, icon: null, owner_id: channel.recipientIds[0] ?? '' }
      : dm;
  }
  return isThread(channel) ? apiThread(world, channel) : apiText(channel);
}
