/** Channels, threads, typing, DMs. */
import { ChannelType, PermissionFlagsBits as P } from 'discord-api-types/v10';
import { createForm } from '../../forms/form.ts';
import { apiChannel } from '../../shapes/channel.ts';
import { may } from '../../world/permissions.ts';
import type { ChannelRecord } from '../../world/records.ts';
import { joinThread, openThread, setThread } from '../../world/threads.ts';
import type { World } from '../../world/world.ts';
import { channelOf, messageOf, sendBit } from '../access.ts';
import { refuse } from '../refusal.ts';
import { type Call, done, ok, type Reply, type Route, route } from '../router.ts';

function get(call: Call): Reply {
  return ok(apiChannel(call.world, channelOf(call)));
}

function edit(call: Call): Reply {
  const { world } = call;
  const input = call.json as { name?: string; archived?: boolean; locked?: boolean };
  const channel = channelOf(call);
  const form = createForm();
  if (input.name !== undefined) form.text(['name'], input.name, 1, 100);
  form.check();
  if (!channel.thread) {
    if (!may(world, channel, world.bot.id, P.ManageChannels)) refuse('missingPermissions');
    channel.name = input.name ?? channel.name;
    return ok(apiChannel(world, channel));
  }
  const manages = may(world, channel, world.bot.id, P.ManageThreads);
  const opensOnly = input.archived === false && input.name === undefined && input.locked === undefined;
  const owns = channel.thread.ownerId === world.bot.id;
  if (!manages && !owns && !(opensOnly && !channel.thread.locked)) refuse('missingPermissions');
  if (channel.thread.archived && input.archived !== false) refuse('archivedThread');
  channel.name = input.name ?? channel.name;
  setThread(world, channel, { archived: input.archived, locked: input.locked });
  return ok(apiChannel(world, channel));
}

function startThread(call: Call, messageId: string | null): Reply {
  const { world } = call;
  const { name } = call.json as { name?: string };
  const parent =
    messageId === null ? channelOf(call, P.CreatePublicThreads) : messageOf(call, P.CreatePublicThreads)[0];
  if (messageId !== null && world.channels.has(messageId)) refuse('threadExists');
  const form = createForm();
  form.text(['name'], name, 1, 100);
  form.check();
  const from = messageId === null ? {} : { messageId };
  const thread = openThread(world, parent, { name: name ?? '', ownerId: world.bot.id, ...from });
  return { status: 201, body: apiChannel(world, thread) };
}

function join(call: Call): Reply {
  const channel = channelOf(call);
  if (channel.thread?.archived) refuse('archivedThread');
  joinThread(channel, call.world.bot.id);
  return done;
}

function typing(call: Call): Reply {
  const channel = channelOf(call);
  channelOf(call, sendBit(channel));
  return done;
}

/** The one DM with a person: opened once, found ever after. */
export function directWith(world: World, userId: string): ChannelRecord {
  const found = [...world.channels.values()].find(
    ({ type, recipientIds }) => type === ChannelType.DM && recipientIds[0] === userId,
  );
  if (found) return found;
  const channel: ChannelRecord = {
    id: world.nextId(),
    guildId: null,
    type: ChannelType.DM,
    name: '',
    parentId: null,
    overwrites: [],
    recipientIds: [userId],
    thread: null,
    lastMessageId: null,
  };
  world.channels.set(channel.id, channel);
  return channel;
}

function openDirect(call: Call): Reply {
  const { recipient_id: id } = call.json as { recipient_id?: string };
  const user = call.world.users.get(id ?? '');
  if (!user || user.bot) return refuse('unknownUser');
  return ok(apiChannel(call.world, directWith(call.world, user.id)));
}

export const channelRoutes: readonly Route[] = [
  route('GET', '/channels/:channel', get),
  route('PATCH', '/channels/:channel', edit),
  route('POST', '/channels/:channel/typing', typing, { limit: { limit: 5, windowMs: 5000 } }),
  route('POST', '/channels/:channel/threads', (call) => startThread(call, null)),
  route('POST', '/channels/:channel/messages/:message/threads', (call) => startThread(call, call.params.message ?? '')),
  route('PUT', '/channels/:channel/thread-members/@me', join),
  route('POST', '/users/@me/channels', openDirect),
];
