/** People and members as the API shows them. */
import type { APIGuildMember, APIInteractionGuildMember, APIUser, GuildMemberFlags } from 'discord-api-types/v10';
import { channelPermissions } from '../world/permissions.ts';
import type { ChannelRecord, GuildRecord, UserRecord } from '../world/records.ts';
import { the, type World } from '../world/world.ts';

const NO_FLAGS: number = 0;

export function apiUser(user: UserRecord): APIUser {
  return {
    id: user.id,
    username: user.name.toLowerCase().replaceAll(/[^a-z0-9._]/g, '_'),
    discriminator: '0',
    global_name: user.bot ? null : user.name,
    avatar: null,
    ...(user.bot ? { bot: true } : {}),
  };
}

export function apiMember(guild: GuildRecord, userId: string): Omit<APIGuildMember, 'user'> {
  const member = the(guild.members.get(userId), `member ${userId} of ${guild.name}`);
  return {
    nick: null,
    avatar: null,
    banner: null,
    roles: [...member.roleIds],
    joined_at: new Date(member.joinedMs).toISOString(),
    premium_since: null,
    deaf: false,
    mute: false,
    flags: NO_FLAGS as GuildMemberFlags,
    pending: false,
    communication_disabled_until: null,
  };
}

export function apiMemberWithUser(world: World, guild: GuildRecord, userId: string): APIGuildMember {
  return { ...apiMember(guild, userId), user: apiUser(the(world.users.get(userId), 'user')) };
}

/** With the permissions in the channel the interaction comes from. */
export function apiInteractionMember(
  world: World,
  guild: GuildRecord,
  channel: ChannelRecord,
  userId: string,
): APIInteractionGuildMember {
  const permissions = channelPermissions(world, channel, userId).toString();
  return { ...apiMemberWithUser(world, guild, userId), permissions };
}
