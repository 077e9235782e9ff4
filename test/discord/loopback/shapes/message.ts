/** Messages as the API shows them: links signed afresh, contents withheld from an app without the MESSAGE_CONTENT intent. */
import {
  type APIAttachment,
  type APIEmbed,
  type APIMessage,
  type APIMessageInteractionMetadata,
  type APIMessageReference,
  type APIMessageSnapshotFields,
  type APIMessageTopLevelComponent,
  ApplicationCommandType,
  AttachmentFlags,
  InteractionType,
  MessageFlags,
} from 'discord-api-types/v10';
import { signedQuery } from '../cdn/links.ts';
import type { AttachmentRecord, MessageRecord, SnapshotRecord } from '../world/records.ts';
import { the, type Viewer, type World } from '../world/world.ts';
import { apiUser } from './user.ts';

export function apiAttachment(world: World, attachment: AttachmentRecord): APIAttachment {
  const query = signedQuery(world, attachment.path);
  return {
    id: attachment.id,
    filename: attachment.name,
    size: attachment.bytes.length,
    url: `${world.origins.api}${attachment.path}${query}`,
    proxy_url: `${world.origins.mediaProxy}${attachment.path}${query}`,
    content_type: attachment.contentType,
    ...(attachment.width === null ? {} : { width: attachment.width, height: attachment.height }),
    ...(attachment.description === null ? {} : { description: attachment.description }),
    ...(attachment.ephemeral ? { ephemeral: true } : {}),
    ...(attachment.name.startsWith('SPOILER_') ? { flags: AttachmentFlags.IsSpoiler } : {}),
  };
}

/** `attachment://name` becomes the file's link, wherever it stands; every name that was used. */
function withLinks<T>(world: World, value: T, files: readonly AttachmentRecord[], used: Set<string>): T {
  if (Array.isArray(value)) return value.map((item) => withLinks(world, item, files, used)) as T;
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([key, inner]) => {
    if (typeof inner !== 'string' || !inner.startsWith('attachment://')) {
      return [key, withLinks(world, inner, files, used)];
    }
    const file = files.find(({ name }) => name === inner.slice('attachment://'.length));
    if (!file) return [key, inner];
    used.add(file.id);
    return [key, apiAttachment(world, file).url];
  });
  const linked = Object.fromEntries(entries) as Record<string, unknown>;
  const file = files.find(({ path }) => typeof linked.url === 'string' && linked.url.includes(path));
  if (!file) return linked as T;
  const { proxy_url, width, height } = apiAttachment(world, file);
  return { ...linked, proxy_url, ...(width ? { width, height } : {}) } as T;
}

/** The parts that count as message content. */
interface Content {
  readonly content: string;
  readonly embeds: APIEmbed[];
  readonly attachments: APIAttachment[];
  readonly components: APIMessageTopLevelComponent[];
}

function contentOf(world: World, message: MessageRecord | SnapshotRecord): Content {
  const used = new Set<string>();
  const shown = message.flags & MessageFlags.SuppressEmbeds ? [] : message.embeds;
  const embeds = withLinks(world, [...shown], message.attachments, used);
  const components = withLinks(world, [...message.components], message.attachments, used);
  const attachments = message.attachments.filter(({ id }) => !used.has(id)).map((file) => apiAttachment(world, file));
  return { content: message.content, embeds, attachments, components };
}

const WITHHELD: Content = { content: '', embeds: [], attachments: [], components: [] };

/** With the intent always; without it in DMs, in what the app sent itself and in what mentions it. */
export function showsContent(world: World, message: MessageRecord, viewer: Viewer): boolean {
  return (
    viewer.messageContent ||
    message.authorId === world.bot.id ||
    message.mentions.userIds.includes(world.bot.id) ||
    world.channels.get(message.channelId)?.guildId === null
  );
}

const iso = (ms: number) => new Date(ms).toISOString();

function apiSnapshot(world: World, snapshot: SnapshotRecord, shown: boolean): { message: APIMessageSnapshotFields } {
  return {
    message: {
      type: snapshot.type,
      ...(shown ? contentOf(world, snapshot) : WITHHELD),
      timestamp: iso(snapshot.timestampMs),
      edited_timestamp: snapshot.editedMs === null ? null : iso(snapshot.editedMs),
      flags: snapshot.flags,
      mentions: [],
      mention_roles: [],
      ...(snapshot.stickers.length > 0
        ? { sticker_items: snapshot.stickers.map(({ id, name, format }) => ({ id, name, format_type: format })) }
        : {}),
    },
  };
}

function interactionMetadata(world: World, message: MessageRecord): APIMessageInteractionMetadata {
  const interaction = the(world.interactions.get(message.interactionId ?? ''), 'interaction');
  const { payload } = interaction;
  const data = 'data' in payload ? payload.data : undefined;
  const target =
    data && 'target_id' in data && data.type === ApplicationCommandType.Message
      ? { target_message_id: data.target_id }
      : {};
  return {
    id: interaction.id,
    type: interaction.type as InteractionType.ApplicationCommand,
    user: apiUser(the(world.users.get(interaction.userId), 'user')),
    authorizing_integration_owners: payload.authorizing_integration_owners,
    ...(interaction.originalId !== null && interaction.originalId !== message.id
      ? { original_response_message_id: interaction.originalId }
      : {}),
    ...(interaction.type === InteractionType.MessageComponent && interaction.messageId
      ? { interacted_message_id: interaction.messageId }
      : {}),
    ...target,
  } as APIMessageInteractionMetadata;
}

function apiReference(world: World, message: MessageRecord): { message_reference?: APIMessageReference } {
  if (!message.reference) return {};
  const { type, messageId, channelId } = message.reference;
  const guildId = world.channels.get(channelId)?.guildId ?? undefined;
  const reference = { type, message_id: messageId, channel_id: channelId, ...(guildId ? { guild_id: guildId } : {}) };
  return { message_reference: reference };
}

/** The message replied to: null once deleted, left out for forwards and deeper levels. */
function apiReferenced(
  world: World,
  message: MessageRecord,
  viewer: Viewer,
): { referenced_message?: APIMessage | null } {
  if (!message.reference || message.snapshots.length > 0) return {};
  const found = world.messages.get(message.reference.channelId)?.get(message.reference.messageId);
  return { referenced_message: !found || found.deleted ? null : apiMessage(world, found, viewer, false) };
}

export function apiMessage(world: World, message: MessageRecord, viewer: Viewer, withReferenced = true): APIMessage {
  const shown = showsContent(world, message, viewer);
  const { snapshots, stickers, nonce } = message;
  const emojiOf = ({ emoji }: MessageRecord['reactions'][number]) => ({ ...emoji });
  return {
    id: message.id,
    channel_id: message.channelId,
    type: message.type,
    author: apiUser(the(world.users.get(message.authorId), 'author')),
    ...(shown ? contentOf(world, message) : WITHHELD),
    timestamp: iso(message.createdMs),
    edited_timestamp: message.editedMs === null ? null : iso(message.editedMs),
    tts: false,
    pinned: message.pinned,
    flags: message.flags as MessageFlags,
    mention_everyone: message.mentions.everyone,
    mentions: message.mentions.userIds.map((id) => apiUser(the(world.users.get(id), 'user'))),
    mention_roles: [...message.mentions.roleIds],
    ...(nonce === null ? {} : { nonce }),
    ...apiReference(world, message),
    ...(withReferenced ? apiReferenced(world, message, viewer) : {}),
    ...(snapshots.length > 0 ? { message_snapshots: snapshots.map((one) => apiSnapshot(world, one, shown)) } : {}),
    ...(stickers.length > 0
      ? { sticker_items: stickers.map(({ id, name, format }) => ({ id, name, format_type: format })) }
      : {}),
    ...(message.reactions.length > 0
      ? {
          reactions: message.reactions.map((reaction) => ({
            emoji: emojiOf(reaction),
            count: reaction.userIds.size,
            count_details: { burst: 0, normal: reaction.userIds.size },
            me: reaction.userIds.has(world.bot.id),
            me_burst: false,
            burst_colors: [],
          })),
        }
      : {}),
    ...(message.interactionId === null
      ? {}
      : {
          webhook_id: world.application.id,
          application_id: world.application.id,
          interaction_metadata: interactionMetadata(world, message),
        }),
  };
}
