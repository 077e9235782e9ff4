/** What the bot asks for in a server, why, and the link that adds it. docs/discord.md has the same table; a test compares them. */
import { OAuth2Scopes, PermissionFlagsBits } from 'discord.js';

export const PERMISSIONS = {
  ViewChannel: 'to see where it is mentioned',
  SendMessages: 'to answer',
  SendMessagesInThreads: 'to answer in threads',
  AttachFiles: 'to show where it looked, boxes and storyboards',
  ReadMessageHistory: 'to answer as a reply, and to follow a conversation up to its picture',
  AddReactions: 'to leave a sign where it may not answer',
} as const satisfies Partial<Record<keyof typeof PermissionFlagsBits, string>>;

export const PERMISSION_INTEGER: bigint = (Object.keys(PERMISSIONS) as (keyof typeof PERMISSIONS)[]).reduce(
  (bits, name) => bits | PermissionFlagsBits[name],
  0n,
);

/** @param applicationId also the bot's user id */
export function inviteLink(applicationId: string): string {
  const link = new URL('https://discord.com/oauth2/authorize');
  link.searchParams.set('client_id', applicationId);
  link.searchParams.set('scope', `${OAuth2Scopes.Bot} ${OAuth2Scopes.ApplicationsCommands}`);
  link.searchParams.set('permissions', String(PERMISSION_INTEGER));
  return link.href;
}
