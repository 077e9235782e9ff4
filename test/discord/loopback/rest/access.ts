/** What the bot reaches: channels and messages it may see, with the refusals Discord gives for those it may not. */
import { PermissionFlagsBits as P } from 'discord-api-types/v10';
import { isThread, may } from '../world/permissions.ts';
import type { ChannelRecord, GuildRecord, MessageRecord } from '../world/records.ts';
import type { World } from '../world/world.ts';
import { refuse } from './refusal.ts';
import type { Call } from './router.ts';

/** A channel the bot may view, with every bit given; 10003, 50001 or 50013 otherwise. */
export function channelOf({ world, params }: Call, bits = 0n): ChannelRecord {
  const channel = world.channels.get(params.channel ?? '') ?? refuse('unknownChannel');
  if (channel.guildId !== null && !may(world, channel, world.bot.id, P.ViewChannel)) refuse('missingAccess');
  if (!may(world, channel, world.bot.id, bits)) refuse('missingPermissions');
  return channel;
}

/** Ephemeral messages are no messages of the channel: only their interaction's webhook knows them. */
export function findMessage(world: World, channel: ChannelRecord, id: string | undefined): MessageRecord {
  const message = world.messages.get(channel.id)?.get(id ?? '');
  return message && !message.deleted && message.ephemeralTo === null ? message : refuse('unknownMessage');
}

export function messageOf(call: Call, bits = 0n): [ChannelRecord, MessageRecord] {
  const channel = channelOf(call, bits);
  return [channel, findMessage(call.world, channel, call.params.message)];
}

export function guildOf({ world, params }: Call): GuildRecord {
  const guild = world.guilds.get(params.guild ?? '') ?? refuse('unknownGuild');
  return guild.members.has(world.bot.id) ? guild : refuse('missingAccess');
}

export const sendBit = (channel: ChannelRecord): bigint =>
  isThread(channel) ? P.SendMessagesInThreads : P.SendMessages;

/** Editing and reacting need an open thread. */
export function refuseArchived(channel: ChannelRecord): void {
  if (channel.thread?.archived) refuse('archivedThread');
}

/** What the app may read over REST follows the portal's toggle, whatever the gateway session asked for. */
export const viewerOf = (world: World, messageContentBit: number) => ({
  messageContent: (world.application.privilegedIntents & messageContentBit) !== 0,
});
