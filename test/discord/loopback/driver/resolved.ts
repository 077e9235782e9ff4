/** The `resolved` part of an interaction: the people, roles, channels and files its values point to. */
import { ApplicationCommandOptionType, ComponentType } from 'discord-api-types/v10';
import { apiChannel } from '../shapes/channel.ts';
import { apiMember, apiUser } from '../shapes/user.ts';
import { channelPermissions } from '../world/permissions.ts';
import type { ChannelRecord, UserRecord } from '../world/records.ts';
import { the, type World } from '../world/world.ts';

export type Resolved = Record<string, Record<string, object>>;

export function addResolved(resolved: Resolved, kind: string, id: string, object: object): void {
  resolved[kind] = { ...resolved[kind], [id]: object };
}

/** What kind of thing an id means, by the option or select that holds it. */
const KINDS: Readonly<Record<string, 'user' | 'role' | 'channel' | 'mentionable'>> = {
  [`option ${ApplicationCommandOptionType.User}`]: 'user',
  [`option ${ApplicationCommandOptionType.Role}`]: 'role',
  [`option ${ApplicationCommandOptionType.Channel}`]: 'channel',
  [`option ${ApplicationCommandOptionType.Mentionable}`]: 'mentionable',
  [`select ${ComponentType.UserSelect}`]: 'user',
  [`select ${ComponentType.RoleSelect}`]: 'role',
  [`select ${ComponentType.ChannelSelect}`]: 'channel',
  [`select ${ComponentType.MentionableSelect}`]: 'mentionable',
};

export const kindOf = (place: 'option' | 'select', type: number) => KINDS[`${place} ${type}`];

/** Adds what `id` means; a member comes with its user, and with what it may do there. */
export function resolveId(
  world: World,
  resolved: Resolved,
  kind: NonNullable<ReturnType<typeof kindOf>>,
  id: string,
  { channel, user }: { channel: ChannelRecord; user: UserRecord },
): void {
  const guild = world.guilds.get(channel.guildId ?? '');
  const found = world.users.get(id);
  if (kind === 'channel') {
    const chosen = the(world.channels.get(id), `channel ${id}`);
    const permissions = channelPermissions(world, chosen, user.id).toString();
    addResolved(resolved, 'channels', id, { ...apiChannel(world, chosen), permissions });
  } else if (kind === 'role' || (kind === 'mentionable' && !found)) {
    addResolved(resolved, 'roles', id, the(guild?.roles.get(id), `role ${id}`));
  } else {
    addResolved(resolved, 'users', id, apiUser(the(found, `user ${id}`)));
    if (!guild?.members.has(id)) return;
    const permissions = channelPermissions(world, channel, id).toString();
    addResolved(resolved, 'members', id, { ...apiMember(guild, id), permissions });
  }
}
