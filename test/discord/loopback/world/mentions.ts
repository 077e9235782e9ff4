/** Whom a text names, within what `allowed_mentions` lets through, and whom that pings. */
import { AllowedMentionsTypes, type APIAllowedMentions, PermissionFlagsBits } from 'discord-api-types/v10';
import { channelPermissions, may } from './permissions.ts';
import type { ChannelRecord, MentionRecord, UserRecord } from './records.ts';
import type { World } from './world.ts';

export interface Mentioning {
  readonly channel: ChannelRecord;
  readonly author: UserRecord;
  readonly text: string;
  /** Absent: Discord's default, everything the text says. */
  readonly allowed: APIAllowedMentions | undefined;
  /** Author of the message replied to. */
  readonly repliedTo: string | null;
}

const idsIn = (text: string, pattern: RegExp): string[] => [
  ...new Set([...text.matchAll(pattern)].map(([, id]) => id ?? '')),
];

/** Mentions inside code are text to people and to Discord alike. */
const withoutCode = (text: string): string => text.replace(/```[\s\S]*?```|``[\s\S]*?``|`[^`\n]*`/g, '');

export function mentionsOf(world: World, { channel, author, text, allowed, repliedTo }: Mentioning): MentionRecord {
  const plain = withoutCode(text);
  const parse = allowed?.parse;
  const lets = (kind: AllowedMentionsTypes, list: readonly string[] | undefined, id: string) =>
    allowed === undefined || parse?.includes(kind) === true || list?.includes(id) === true;
  const guild = channel.guildId === null ? undefined : world.guilds.get(channel.guildId);
  const userIds = idsIn(plain, /<@!?(\d{17,20})>/g)
    .filter((id) => world.users.has(id))
    .filter((id) => lets(AllowedMentionsTypes.User, allowed?.users, id));
  const pingsReply = repliedTo !== null && (allowed === undefined || allowed.replied_user === true);
  const manyAllowed = guild !== undefined && may(world, channel, author.id, PermissionFlagsBits.MentionEveryone);
  const roleIds = idsIn(plain, /<@&(\d{17,20})>/g)
    .filter((id) => guild?.roles.get(id) !== undefined)
    .filter((id) => manyAllowed || guild?.roles.get(id)?.mentionable === true)
    .filter((id) => lets(AllowedMentionsTypes.Role, allowed?.roles, id));
  const everyone =
    /@(everyone|here)\b/.test(plain) &&
    manyAllowed &&
    (allowed === undefined || parse?.includes(AllowedMentionsTypes.Everyone) === true);
  return { userIds: [...new Set(pingsReply && repliedTo ? [...userIds, repliedTo] : userIds)], roleIds, everyone };
}

/** The people whose client rings: those named who can see the channel. */
export function pingedBy(world: World, channel: ChannelRecord, authorId: string, mentions: MentionRecord): string[] {
  const guild = channel.guildId === null ? undefined : world.guilds.get(channel.guildId);
  const members = guild ? [...guild.members.values()] : [];
  const many = members.filter(
    ({ roleIds }) => mentions.everyone || roleIds.some((roleId) => mentions.roleIds.includes(roleId)),
  );
  const named = [...mentions.userIds, ...many.map(({ userId }) => userId)];
  return [...new Set(named)].filter((id) => id !== authorId && channelPermissions(world, channel, id) !== 0n);
}
