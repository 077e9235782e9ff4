/** Replies and forwards: what `message_reference` means, and what Discord refuses of it. */
import { MessageReferenceType, MessageType, PermissionFlagsBits as P } from 'discord-api-types/v10';
import { createForm } from '../../forms/form.ts';
import type { MessageInput } from '../../forms/message-form.ts';
import { showsContent } from '../../shapes/message.ts';
import { may } from '../../world/permissions.ts';
import type { ChannelRecord, MessageRecord, ReferenceRecord, SnapshotRecord } from '../../world/records.ts';
import type { Viewer, World } from '../../world/world.ts';
import { refuse } from '../refusal.ts';

const FORWARDABLE: ReadonlySet<MessageType> = new Set([
  MessageType.Default,
  MessageType.Reply,
  MessageType.ChatInputCommand,
  MessageType.ContextMenuCommand,
]);

export interface Referring {
  readonly type: MessageType;
  readonly reference: ReferenceRecord | null;
  readonly snapshots: readonly SnapshotRecord[];
}

/** A copy of the moment: later edits and deletions of the original do not reach it. A forward of a forward keeps the first. */
export function snapshotOf(message: MessageRecord): SnapshotRecord {
  const [first] = message.snapshots;
  if (first) return first;
  return {
    type: message.type,
    content: message.content,
    embeds: [...message.embeds],
    attachments: [...message.attachments],
    stickers: message.stickers,
    components: [...message.components],
    timestampMs: message.createdMs,
    editedMs: message.editedMs,
    flags: message.flags,
  };
}

function forward(world: World, input: NonNullable<MessageInput['message_reference']>, viewer: Viewer): Referring {
  const channel = world.channels.get(input.channel_id ?? '') ?? refuse('unknownChannel');
  if (!may(world, channel, world.bot.id, P.ViewChannel)) refuse('missingAccess');
  const original = world.messages.get(channel.id)?.get(input.message_id ?? '');
  if (!original || original.deleted || original.ephemeralTo !== null) return refuse('unknownMessage');
  if (!showsContent(world, original, viewer)) refuse('cannotForwardUnread');
  if (!FORWARDABLE.has(original.type)) refuse('systemMessage');
  const reference = { type: MessageReferenceType.Forward, messageId: original.id, channelId: channel.id };
  return { type: MessageType.Default, reference, snapshots: [snapshotOf(original)] };
}

export function referenceOf(world: World, channel: ChannelRecord, input: MessageInput, viewer: Viewer): Referring {
  const asked = input.message_reference;
  const plain: Referring = { type: MessageType.Default, reference: null, snapshots: [] };
  if (!asked) return plain;
  if (asked.type === MessageReferenceType.Forward) return forward(world, asked, viewer);
  if (!may(world, channel, world.bot.id, P.ReadMessageHistory)) refuse('replyNeedsHistory');
  const original = world.messages.get(channel.id)?.get(asked.message_id ?? '');
  const there = original && !original.deleted && original.ephemeralTo === null;
  if (!there && asked.fail_if_not_exists === false) return plain;
  if (!there) {
    const form = createForm();
    form.fail(['message_reference'], 'REPLIES_UNKNOWN_MESSAGE', 'Unknown message');
    form.check();
  }
  if (!original) return plain;
  const reference = { type: MessageReferenceType.Default, messageId: original.id, channelId: channel.id };
  return { type: MessageType.Reply, reference, snapshots: [] };
}
