/** What a member may do, computed as Discord documents it: roles, then the overwrites of @everyone, of roles, of the member. */
import { ChannelType, PermissionFlagsBits as P } from 'discord-api-types/v10';
import type { ChannelRecord, GuildRecord } from './records.ts';
import { the, type World } from './world.ts';

export const ALL = Object.values(P).reduce((all, bit) => all | bit, 0n);

/** What @everyone has in a fresh server, as far as a bot's work is touched by it. */
export const EVERYONE =
  P.ViewChannel |
  P.SendMessages |
  P.SendMessagesInThreads |
  P.CreatePublicThreads |
  P.EmbedLinks |
  P.AttachFiles |
  P.AddReactions |
  P.ReadMessageHistory |
  P.UseExternalEmojis |
  P.UseExternalApps |
  P.UseApplicationCommands |
  P.MentionEveryone;

/** In a DM with the bot, as the documentation of `app_permissions` states it. */
export const DIRECT = P.AttachFiles | P.EmbedLinks | P.MentionEveryone | P.UseExternalEmojis;

const THREADS: ReadonlySet<ChannelType> = new Set([
  ChannelType.PublicThread,
  ChannelType.PrivateThread,
  ChannelType.AnnouncementThread,
]);

export const isThread = (channel: ChannelRecord): boolean => THREADS.has(channel.type);

export function guildPermissions(guild: GuildRecord, userId: string): bigint {
  if (guild.ownerId === userId) return ALL;
  const member = guild.members.get(userId);
  if (!member) return 0n;
  const own = [guild.id, ...member.roleIds].map((id) => BigInt(guild.roles.get(id)?.permissions ?? 0));
  const base = own.reduce((sum, bits) => sum | bits, 0n);
  return base & P.Administrator ? ALL : base;
}

/** 0 for who is not there; a thread takes its parent's overwrites. */
export function channelPermissions(world: World, channel: ChannelRecord, userId: string): bigint {
  if (channel.guildId === null) {
    const present = userId === world.bot.id ? isWithBot(channel) : channel.recipientIds.includes(userId);
    return present ? ALL & ~P.ManageMessages : 0n;
  }
  const guild = the(world.guilds.get(channel.guildId), 'guild');
  const base = guildPermissions(guild, userId);
  if (base === ALL) return base;
  const member = guild.members.get(userId);
  if (!member) return 0n;
  const { overwrites } = isThread(channel) ? the(world.channels.get(channel.parentId ?? ''), 'parent') : channel;
  const apply = (bits: bigint, layer: typeof overwrites): bigint => {
    const deny = layer.reduce((sum, overwrite) => sum | overwrite.deny, 0n);
    const allow = layer.reduce((sum, overwrite) => sum | overwrite.allow, 0n);
    return (bits & ~deny) | allow;
  };
  const everyone = apply(
    base,
    overwrites.filter(({ id }) => id === guild.id),
  );
  const roles = apply(
    everyone,
    overwrites.filter(({ id, kind }) => kind === 'role' && id !== guild.id && member.roleIds.includes(id)),
  );
  const own = apply(
    roles,
    overwrites.filter(({ id, kind }) => kind === 'member' && id === userId),
  );
  return own & P.ViewChannel ? implied(own, channel) : 0n;
}

/** Who may not send may not attach, embed or mention everyone either; in threads another bit lets one send. */
function implied(bits: bigint, channel: ChannelRecord): bigint {
  const send = isThread(channel) ? P.SendMessagesInThreads : P.SendMessages;
  if (bits & send) return bits;
  return bits & ~(P.AttachFiles | P.EmbedLinks | P.MentionEveryone | P.SendTTSMessages);
}

/** A DM with one recipient is the bot's; one of several people is theirs alone. */
export const isWithBot = ({ guildId, recipientIds }: ChannelRecord): boolean =>
  guildId === null && recipientIds.length === 1;

export const may = (world: World, channel: ChannelRecord, userId: string, bit: bigint): boolean =>
  (channelPermissions(world, channel, userId) & bit) === bit;

/** What the app may do where an interaction comes from. */
export function appPermissions(world: World, channel: ChannelRecord): bigint {
  if (channel.guildId === null) {
    return isWithBot(channel) ? DIRECT : DIRECT & ~P.UseExternalEmojis;
  }
  return channelPermissions(world, channel, world.bot.id);
}
