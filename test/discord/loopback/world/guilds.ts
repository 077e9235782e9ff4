/** Servers, channels, roles and members come, change and go; the gateway hears of each. */
import { type APIRole, ChannelType, GatewayDispatchEvents, GatewayIntentBits } from 'discord-api-types/v10';
import { apiChannel } from '../shapes/channel.ts';
import { apiGuildCreate } from '../shapes/guild.ts';
import { apiMemberWithUser, apiUser } from '../shapes/user.ts';
import { EVERYONE } from './permissions.ts';
import type { ChannelRecord, GuildRecord, MemberRecord, OverwriteRecord } from './records.ts';
import { tell, the, type World } from './world.ts';

function roleOf(id: string, name: string, permissions: bigint, mentionable: boolean): APIRole {
  return {
    id,
    name,
    color: 0,
    colors: { primary_color: 0, secondary_color: null, tertiary_color: null },
    hoist: false,
    icon: null,
    unicode_emoji: null,
    position: 1,
    permissions: permissions.toString(),
    managed: false,
    mentionable,
    flags: 0 as APIRole['flags'],
  };
}

const told = (
  guildId: string,
  event: GatewayDispatchEvents,
  intent: number,
  data: () => object,
  channelId?: string,
) => ({
  event,
  guildId,
  channelId: channelId ?? null,
  intent,
  data,
});

export function addGuild(
  world: World,
  { name, ownerId, locale }: { name: string; ownerId: string; locale: string },
): GuildRecord {
  const id = world.nextId();
  const owner: MemberRecord = { userId: ownerId, joinedMs: world.clock.nowMs(), roleIds: [] };
  const guild: GuildRecord = {
    id,
    name,
    ownerId,
    locale,
    roles: new Map([[id, roleOf(id, '@everyone', EVERYONE, false)]]),
    members: new Map([[ownerId, owner]]),
    emojis: new Map(),
    stickers: new Map(),
  };
  world.guilds.set(id, guild);
  return guild;
}

export function addRole(
  world: World,
  guild: GuildRecord,
  name: string,
  permissions: bigint,
  mentionable = false,
): APIRole {
  const role = roleOf(world.nextId(), name, permissions, mentionable);
  guild.roles.set(role.id, role);
  const data = () => ({ guild_id: guild.id, role });
  tell(world, told(guild.id, GatewayDispatchEvents.GuildRoleCreate, GatewayIntentBits.Guilds, data));
  return role;
}

/** The bot's own joining is GUILD_CREATE; others' needs the members intent. */
export function addMember(world: World, guild: GuildRecord, userId: string, roleIds: string[] = []): void {
  guild.members.set(userId, { userId, joinedMs: world.clock.nowMs(), roleIds });
  const [event, intent] =
    userId === world.bot.id
      ? ([GatewayDispatchEvents.GuildCreate, GatewayIntentBits.Guilds] as const)
      : ([GatewayDispatchEvents.GuildMemberAdd, GatewayIntentBits.GuildMembers] as const);
  const data = () =>
    userId === world.bot.id
      ? apiGuildCreate(world, guild)
      : { ...apiMemberWithUser(world, guild, userId), guild_id: guild.id };
  tell(world, told(guild.id, event, intent, data));
}

export function setRoles(world: World, guild: GuildRecord, userId: string, roleIds: string[]): void {
  the(guild.members.get(userId), 'member').roleIds = roleIds;
  // The bot hears of its own changes without the members intent.
  const intent = userId === world.bot.id ? 0 : GatewayIntentBits.GuildMembers;
  const data = () => ({ ...apiMemberWithUser(world, guild, userId), guild_id: guild.id });
  tell(world, told(guild.id, GatewayDispatchEvents.GuildMemberUpdate, intent, data));
}

export function removeMember(world: World, guild: GuildRecord, userId: string): void {
  guild.members.delete(userId);
  const bot = userId === world.bot.id;
  const user = apiUser(the(world.users.get(userId), 'user'));
  const event = bot ? GatewayDispatchEvents.GuildDelete : GatewayDispatchEvents.GuildMemberRemove;
  const intent = bot ? GatewayIntentBits.Guilds : GatewayIntentBits.GuildMembers;
  tell(
    world,
    told(guild.id, event, intent, () => (bot ? { id: guild.id } : { guild_id: guild.id, user })),
  );
}

export function addChannel(
  world: World,
  guild: GuildRecord,
  name: string,
  overwrites: OverwriteRecord[],
): ChannelRecord {
  const channel: ChannelRecord = {
    id: world.nextId(),
    guildId: guild.id,
    type: ChannelType.GuildText,
    name,
    parentId: null,
    overwrites,
    recipientIds: [],
    thread: null,
    lastMessageId: null,
  };
  world.channels.set(channel.id, channel);
  const data = () => apiChannel(world, channel);
  tell(world, told(guild.id, GatewayDispatchEvents.ChannelCreate, GatewayIntentBits.Guilds, data, channel.id));
  return channel;
}

/** A bot that loses sight of a channel is told so by this event, as the last it hears of it. */
export function setOverwrites(world: World, channel: ChannelRecord, overwrites: OverwriteRecord[]): void {
  channel.overwrites = overwrites;
  const guildId = the(channel.guildId, 'guild');
  tell(
    world,
    told(guildId, GatewayDispatchEvents.ChannelUpdate, GatewayIntentBits.Guilds, () => apiChannel(world, channel)),
  );
}

export function removeChannel(world: World, channel: ChannelRecord): void {
  const gone = apiChannel(world, channel);
  world.channels.delete(channel.id);
  const event = channel.thread ? GatewayDispatchEvents.ThreadDelete : GatewayDispatchEvents.ChannelDelete;
  tell(
    world,
    told(the(channel.guildId, 'guild'), event, GatewayIntentBits.Guilds, () => gone),
  );
}
