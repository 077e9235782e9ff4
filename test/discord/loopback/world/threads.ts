/** Threads: opened from a message or by themselves, archived, locked; sending a message opens an archived one again unless it is locked. */
import { ChannelType, GatewayDispatchEvents, GatewayIntentBits } from 'discord-api-types/v10';
import { apiThread } from '../shapes/channel.ts';
import type { ChannelRecord } from './records.ts';
import { tell, the, type World } from './world.ts';

export function tellThread(
  world: World,
  event: GatewayDispatchEvents,
  thread: ChannelRecord,
  extra: object = {},
): void {
  tell(world, {
    event,
    guildId: thread.guildId,
    channelId: thread.id,
    intent: GatewayIntentBits.Guilds,
    data: () => ({ ...apiThread(world, thread), ...extra }),
  });
}

/** A thread that starts from a message has that message's id. */
export function openThread(
  world: World,
  parent: ChannelRecord,
  { name, ownerId, messageId }: { name: string; ownerId: string; messageId?: string },
): ChannelRecord {
  const thread: ChannelRecord = {
    id: messageId ?? world.nextId(),
    guildId: the(parent.guildId, 'guild'),
    type: ChannelType.PublicThread,
    name,
    parentId: parent.id,
    overwrites: [],
    recipientIds: [],
    thread: { ownerId, archived: false, locked: false, changedMs: world.clock.nowMs(), memberIds: new Set([ownerId]) },
    lastMessageId: null,
  };
  world.channels.set(thread.id, thread);
  tellThread(world, GatewayDispatchEvents.ThreadCreate, thread, { newly_created: true });
  return thread;
}

export function setThread(
  world: World,
  channel: ChannelRecord,
  change: { archived?: boolean | undefined; locked?: boolean | undefined },
): void {
  const thread = the(channel.thread, 'thread');
  if (change.archived !== undefined && change.archived !== thread.archived) thread.changedMs = world.clock.nowMs();
  thread.archived = change.archived ?? thread.archived;
  thread.locked = change.locked ?? thread.locked;
  tellThread(world, GatewayDispatchEvents.ThreadUpdate, channel);
}

/** Joining by speaking or on purpose. */
export function joinThread(channel: ChannelRecord, userId: string): void {
  channel.thread?.memberIds.add(userId);
}
