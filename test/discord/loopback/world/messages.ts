/** Messages happen: created, edited, deleted, reacted to; each tells the gateway what the bot may hear of it. */
import {
  type APIAllowedMentions,
  type APIMessageTopLevelComponent,
  ComponentType,
  GatewayDispatchEvents,
  GatewayIntentBits,
  type GatewayMessageCreateDispatchData,
  type GatewayMessageDeleteBulkDispatchData,
  type GatewayMessageDeleteDispatchData,
  type GatewayMessageReactionAddDispatchData,
  MessageFlags,
  MessageType,
  ReactionType,
  type TextChannelType,
} from 'discord-api-types/v10';
import { apiMessage } from '../shapes/message.ts';
import { apiMember } from '../shapes/user.ts';
import { mentionsOf, pingedBy } from './mentions.ts';
import type { ChannelRecord, MessageRecord, ReactionRecord } from './records.ts';
import { tell, the, type Viewer, type World } from './world.ts';

export type MessageDraft = Pick<MessageRecord, 'channelId' | 'authorId' | 'content'> &
  Partial<Omit<MessageRecord, 'id' | 'createdMs' | 'mentions' | 'pingedIds' | 'reactions' | 'history' | 'deleted'>> & {
    readonly allowedMentions?: APIAllowedMentions | undefined;
  };

export type MessagePatch = Partial<
  Pick<MessageRecord, 'content' | 'embeds' | 'components' | 'attachments' | 'flags' | 'pinned'>
> & { readonly allowedMentions?: APIAllowedMentions | undefined };

/** Words of a message built of components stand in its text displays. */
function textOf(content: string, components: readonly APIMessageTopLevelComponent[]): string {
  const texts: string[] = [content];
  const walk = (component: object): void => {
    if ('type' in component && component.type === ComponentType.TextDisplay && 'content' in component) {
      texts.push(String(component.content));
    }
    if ('components' in component && Array.isArray(component.components)) component.components.forEach(walk);
  };
  components.forEach(walk);
  return texts.join('\n');
}

/** Ephemeral messages reach the bot as if they were direct ones, and without a server. */
function tellOf(world: World, event: GatewayDispatchEvents, message: MessageRecord): void {
  const channel = the(world.channels.get(message.channelId), 'channel');
  const ephemeral = message.ephemeralTo !== null;
  const direct = ephemeral || channel.guildId === null;
  const guild = channel.guildId === null ? undefined : world.guilds.get(channel.guildId);
  const member = !direct && message.interactionId === null && guild?.members.has(message.authorId);
  tell(world, {
    event,
    guildId: channel.guildId,
    channelId: ephemeral ? null : channel.id,
    intent: direct ? GatewayIntentBits.DirectMessages : GatewayIntentBits.GuildMessages,
    data: (viewer: Viewer): GatewayMessageCreateDispatchData => ({
      ...apiMessage(world, message, viewer),
      channel_type: channel.type as TextChannelType,
      ...(direct || channel.guildId === null ? {} : { guild_id: channel.guildId }),
      ...(member && guild ? { member: apiMember(guild, message.authorId) } : {}),
    }),
  });
}

function mention(world: World, message: MessageRecord, allowed: APIAllowedMentions | undefined): void {
  const channel = the(world.channels.get(message.channelId), 'channel');
  const author = the(world.users.get(message.authorId), 'author');
  const replied =
    message.type === MessageType.Reply && message.reference && message.interactionId === null
      ? world.messages.get(message.reference.channelId)?.get(message.reference.messageId)?.authorId
      : undefined;
  const text = textOf(message.content, message.components);
  message.mentions = mentionsOf(world, { channel, author, text, allowed, repliedTo: replied ?? null });
}

function ping(world: World, message: MessageRecord): void {
  if (message.ephemeralTo !== null) return;
  const channel = the(world.channels.get(message.channelId), 'channel');
  for (const id of pingedBy(world, channel, message.authorId, message.mentions)) message.pingedIds.add(id);
}

export function messagesOf(world: World, channel: ChannelRecord): Map<string, MessageRecord> {
  const found = world.messages.get(channel.id) ?? new Map<string, MessageRecord>();
  world.messages.set(channel.id, found);
  return found;
}

export function createMessage(world: World, { allowedMentions, ...draft }: MessageDraft): MessageRecord {
  const channel = the(world.channels.get(draft.channelId), 'channel');
  const message: MessageRecord = {
    type: MessageType.Default,
    nonce: null,
    reference: null,
    snapshots: [],
    stickers: [],
    interactionId: null,
    ephemeralTo: null,
    embeds: [],
    components: [],
    attachments: [],
    flags: 0,
    editedMs: null,
    pinned: false,
    ...draft,
    id: world.nextId(),
    createdMs: world.clock.nowMs(),
    mentions: { userIds: [], roleIds: [], everyone: false },
    pingedIds: new Set(),
    reactions: [],
    history: [draft.content],
    deleted: false,
  };
  if (message.ephemeralTo !== null) message.flags |= MessageFlags.Ephemeral;
  messagesOf(world, channel).set(message.id, message);
  channel.lastMessageId = message.id;
  for (const attachment of message.attachments) world.attachments.set(attachment.path, attachment);
  mention(world, message, allowedMentions);
  ping(world, message);
  tellOf(world, GatewayDispatchEvents.MessageCreate, message);
  return message;
}

/** Filling a deferred reply pings as a new message would; an ordinary edit rings nobody. */
export function editMessage(
  world: World,
  message: MessageRecord,
  { allowedMentions, ...patch }: MessagePatch,
  { marksEdited = true }: { marksEdited?: boolean } = {},
): void {
  const wasLoading = (message.flags & MessageFlags.Loading) !== 0;
  Object.assign(message, patch);
  message.flags &= ~MessageFlags.Loading;
  if (!wasLoading && marksEdited) message.editedMs = world.clock.nowMs();
  if (patch.content !== undefined) message.history.push(patch.content);
  for (const attachment of message.attachments) world.attachments.set(attachment.path, attachment);
  mention(world, message, allowedMentions);
  if (wasLoading) ping(world, message);
  tellOf(world, GatewayDispatchEvents.MessageUpdate, message);
}

export function deleteMessages(world: World, channel: ChannelRecord, messages: readonly MessageRecord[]): void {
  const [first] = messages;
  if (!first) return;
  for (const message of messages) {
    message.deleted = true;
    for (const { path } of message.attachments) world.attachments.delete(path);
  }
  if (first.ephemeralTo !== null) {
    world.signals.emit('changed');
    return;
  }
  const guild = channel.guildId === null ? {} : { guild_id: channel.guildId };
  const where = { channel_id: channel.id, ...guild };
  const many = messages.length > 1;
  tell(world, {
    event: many ? GatewayDispatchEvents.MessageDeleteBulk : GatewayDispatchEvents.MessageDelete,
    guildId: channel.guildId,
    channelId: channel.id,
    intent: channel.guildId === null ? GatewayIntentBits.DirectMessages : GatewayIntentBits.GuildMessages,
    data: (): GatewayMessageDeleteBulkDispatchData | GatewayMessageDeleteDispatchData =>
      many ? { ids: messages.map(({ id }) => id), ...where } : { id: first.id, ...where },
  });
}

/** Adds or takes back one person's reaction; nothing is said of what changes nothing. */
export function react(
  world: World,
  message: MessageRecord,
  userId: string,
  emoji: ReactionRecord['emoji'],
  adds: boolean,
): void {
  const found = message.reactions.find((one) => (emoji.id ? one.emoji.id === emoji.id : one.emoji.name === emoji.name));
  if (adds === (found?.userIds.has(userId) === true)) return;
  if (adds && found) found.userIds.add(userId);
  else if (adds) message.reactions.push({ emoji, userIds: new Set([userId]) });
  else found?.userIds.delete(userId);
  if (found?.userIds.size === 0) message.reactions.splice(message.reactions.indexOf(found), 1);
  const channel = the(world.channels.get(message.channelId), 'channel');
  tell(world, {
    event: adds ? GatewayDispatchEvents.MessageReactionAdd : GatewayDispatchEvents.MessageReactionRemove,
    guildId: channel.guildId,
    channelId: channel.id,
    intent:
      channel.guildId === null ? GatewayIntentBits.DirectMessageReactions : GatewayIntentBits.GuildMessageReactions,
    data: (): Omit<GatewayMessageReactionAddDispatchData, 'member'> => ({
      user_id: userId,
      channel_id: channel.id,
      message_id: message.id,
      message_author_id: message.authorId,
      emoji: { ...emoji },
      burst: false,
      type: ReactionType.Normal,
      ...(channel.guildId === null ? {} : { guild_id: channel.guildId }),
    }),
  });
}
