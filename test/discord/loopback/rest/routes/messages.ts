/** Messages of channels: read, send (with nonce, reply, forward, files), edit, delete. */
import { GatewayIntentBits, MessageFlags, MessageType, PermissionFlagsBits as P } from 'discord-api-types/v10';
import { attach } from '../../cdn/files.ts';
import { createForm } from '../../forms/form.ts';
import { type MessageInput, messageParts, refuseEmptied, refuseEmpty } from '../../forms/message-form.ts';
import { apiMessage } from '../../shapes/message.ts';
import { createMessage, deleteMessages, editMessage } from '../../world/messages.ts';
import { may } from '../../world/permissions.ts';
import type { ChannelRecord, MessageRecord } from '../../world/records.ts';
import { snowflakeTimeMs } from '../../world/snowflake.ts';
import { joinThread, setThread } from '../../world/threads.ts';
import type { World } from '../../world/world.ts';
import { channelOf, findMessage, messageOf, refuseArchived, sendBit, viewerOf } from '../access.ts';
import { refuse } from '../refusal.ts';
import { type Call, done, ok, type Reply, type Route, route } from '../router.ts';
import { referenceOf } from './references.ts';

/** "Checked for uniqueness in the past few minutes." */
const NONCE_LIFE_MS = 5 * 60_000;
const BULK_MAX_AGE_MS = 14 * 24 * 60 * 60_000;
const SENDABLE =
  MessageFlags.SuppressEmbeds |
  MessageFlags.SuppressNotifications |
  MessageFlags.IsVoiceMessage |
  MessageFlags.IsComponentsV2;
const SYSTEM_DELETABLE: ReadonlySet<MessageType> = new Set([
  MessageType.RecipientAdd,
  MessageType.RecipientRemove,
  MessageType.Call,
  MessageType.ChannelNameChange,
  MessageType.ChannelIconChange,
  MessageType.ThreadStarterMessage,
]);

const seenBy = (world: World) => viewerOf(world, GatewayIntentBits.MessageContent);

function list(call: Call): Reply {
  const { world, query } = call;
  const channel = channelOf(call);
  if (!may(world, channel, world.bot.id, P.ReadMessageHistory)) return { status: 200, body: [] };
  const limit = Number(query.get('limit') ?? 50);
  const form = createForm();
  form.number(['limit'], limit, 1, 100);
  form.check();
  const all = [...(world.messages.get(channel.id)?.values() ?? [])].filter(
    ({ deleted, ephemeralTo }) => !deleted && ephemeralTo === null,
  );
  const newestFirst = all.reverse();
  const [after, before, around] = ['after', 'before', 'around'].map((key) => query.get(key));
  if (around) {
    const half = Math.floor(limit / 2);
    const at = newestFirst.findIndex(({ id }) => BigInt(id) <= BigInt(around));
    const start = Math.max(0, (at < 0 ? newestFirst.length : at) - half);
    return listed(world, newestFirst.slice(start, start + limit));
  }
  const kept = after
    ? newestFirst.filter(({ id }) => BigInt(id) > BigInt(after)).slice(-limit)
    : newestFirst.filter(({ id }) => !before || BigInt(id) < BigInt(before)).slice(0, limit);
  return listed(world, kept);
}

const listed = (world: World, messages: readonly MessageRecord[]): Reply => ({
  status: 200,
  body: messages.map((message) => apiMessage(world, message, seenBy(world))),
});

function get(call: Call): Reply {
  const [, message] = messageOf(call, P.ReadMessageHistory);
  return ok(apiMessage(call.world, message, seenBy(call.world)));
}

/** The message an earlier request with this nonce made; deleted since, it is unknown and not made again. */
function alreadySent(world: World, { nonce, enforce_nonce }: MessageInput): MessageRecord | null {
  if (!enforce_nonce || nonce === undefined || nonce === null) return null;
  const earlier = world.nonces.get(nonce);
  if (!earlier || earlier.createdMs < world.clock.nowMs() - NONCE_LIFE_MS) return null;
  return earlier.deleted ? refuse('unknownMessage') : earlier;
}

function checkPermissions(world: World, channel: ChannelRecord, input: MessageInput, files: number): void {
  const needs = (bit: bigint, wanted: boolean) => {
    if (wanted && !may(world, channel, world.bot.id, bit)) refuse('missingPermissions');
  };
  needs(P.EmbedLinks, (input.embeds?.length ?? 0) > 0);
  needs(P.AttachFiles, files > 0);
}

function refuseUnreachable(world: World, channel: ChannelRecord): void {
  const reachable = channel.recipientIds.every((id) => world.users.get(id)?.acceptsDms !== false);
  if (channel.guildId === null && !reachable) refuse('cannotDm');
}

/** Speaking opens an archived thread again; a locked one stays shut to who may not manage threads. */
function openForSpeech(world: World, channel: ChannelRecord): void {
  if (!channel.thread) return;
  const locked = channel.thread.locked && !may(world, channel, world.bot.id, P.ManageThreads);
  if (locked) refuse(channel.thread.archived ? 'archivedThread' : 'lockedThread');
  if (channel.thread.archived) setThread(world, channel, { archived: false });
  joinThread(channel, world.bot.id);
}

function create(call: Call): Reply {
  const { world, files } = call;
  const input = call.json as MessageInput;
  const channel = channelOf(call);
  if (!may(world, channel, world.bot.id, sendBit(channel))) refuse('missingPermissions');
  refuseUnreachable(world, channel);
  const reference = referenceOf(world, channel, input, seenBy(world));
  if (reference.snapshots.length === 0) refuseEmpty(input, files);
  checkPermissions(world, channel, input, files.length);
  const parts = messageParts(input, files, [], (file, meta) => attach(world, channel.id, file, meta));
  openForSpeech(world, channel);
  const earlier = alreadySent(world, input);
  if (earlier) return ok(apiMessage(world, earlier, seenBy(world)));
  const { allowedMentions, ...content } = parts;
  const message = createMessage(world, {
    content: '',
    ...content,
    ...reference,
    channelId: channel.id,
    authorId: world.bot.id,
    nonce: input.nonce ?? null,
    flags: ((input.flags ?? 0) & SENDABLE) | (reference.snapshots.length > 0 ? MessageFlags.HasSnapshot : 0),
    allowedMentions,
  });
  if (message.nonce !== null) world.nonces.set(message.nonce, message);
  return ok(apiMessage(world, message, seenBy(world)));
}

function edit(call: Call): Reply {
  const { world, files } = call;
  const input = call.json as MessageInput;
  const [channel, message] = messageOf(call);
  refuseArchived(channel);
  const own = message.authorId === world.bot.id;
  const onlyFlags = Object.keys(input).every((key) => key === 'flags') && files.length === 0;
  if (!own && !onlyFlags) refuse('notYourMessage');
  if (!own && !may(world, channel, world.bot.id, P.ManageMessages)) refuse('missingPermissions');
  const v2 = message.flags & MessageFlags.IsComponentsV2;
  const parts = messageParts({ ...input, flags: (input.flags ?? 0) | v2 }, files, message.attachments, (file, meta) =>
    attach(world, channel.id, file, meta),
  );
  refuseEmptied(message, parts);
  const suppress =
    input.flags === undefined ? message.flags : (message.flags & ~MessageFlags.SuppressEmbeds) | (input.flags ?? 0);
  editMessage(world, message, { ...parts, flags: suppress });
  return ok(apiMessage(world, message, seenBy(world)));
}

function remove(call: Call): Reply {
  const { world } = call;
  const [channel, message] = messageOf(call);
  if (SYSTEM_DELETABLE.has(message.type)) refuse('systemMessage');
  if (message.authorId !== world.bot.id && !may(world, channel, world.bot.id, P.ManageMessages))
    refuse('missingPermissions');
  deleteMessages(world, channel, [message]);
  return done;
}

function bulkRemove(call: Call): Reply {
  const { world } = call;
  const channel = channelOf(call, P.ManageMessages);
  const ids = [...new Set((call.json as { messages?: string[] }).messages ?? [])];
  if (ids.length < 2 || ids.length > 100) refuse('bulkCount');
  if (ids.some((id) => world.clock.nowMs() - snowflakeTimeMs(id) > BULK_MAX_AGE_MS)) refuse('tooOldToBulkDelete');
  const found = ids.map((id) => world.messages.get(channel.id)?.get(id));
  deleteMessages(
    world,
    channel,
    found.filter((message) => message !== undefined && !message.deleted).filter((message) => message !== undefined),
  );
  return done;
}

function pin(call: Call): Reply {
  const [, message] = messageOf(call, P.ManageMessages);
  message.pinned = true;
  return done;
}

function crosspostless(call: Call): Reply {
  findMessage(call.world, channelOf(call), call.params.message);
  return refuse('wrongChannelType');
}

const MESSAGES = '/channels/:channel/messages';
const MESSAGE = `${MESSAGES}/:message`;
const FIVE_IN_FIVE = { limit: { limit: 5, windowMs: 5000 } };

export const messageRoutes: readonly Route[] = [
  route('GET', MESSAGES, list),
  route('POST', MESSAGES, create, FIVE_IN_FIVE),
  route('POST', `${MESSAGES}/bulk-delete`, bulkRemove, { limit: { limit: 1, windowMs: 1000 } }),
  route('PUT', `${MESSAGES}/pins/:message`, pin),
  route('GET', MESSAGE, get),
  route('PATCH', MESSAGE, edit, FIVE_IN_FIVE),
  route('DELETE', MESSAGE, remove, { limit: { limit: 5, windowMs: 1000 } }),
  route('POST', `${MESSAGE}/crosspost`, crosspostless),
];
