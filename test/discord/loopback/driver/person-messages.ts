/** What a person does with messages: post, reply, forward, edit, delete, react; within their permissions, as the client holds them. */
import {
  type APIEmbed,
  EmbedType,
  MessageFlags,
  MessageReferenceType,
  MessageType,
  PermissionFlagsBits as P,
} from 'discord-api-types/v10';
import { attach, measure } from '../cdn/files.ts';
import { sendBit } from '../rest/access.ts';
import { emojiOf } from '../rest/routes/reactions.ts';
import { snapshotOf } from '../rest/routes/references.ts';
import { createMessage, deleteMessages, editMessage, react } from '../world/messages.ts';
import { may } from '../world/permissions.ts';
import type { ChannelRecord, MessageRecord, StickerRecord, UserRecord } from '../world/records.ts';
import { joinThread, setThread } from '../world/threads.ts';
import { the, type World } from '../world/world.ts';
import type { FileDraft } from './command-options.ts';

export interface PostDraft {
  readonly content?: string;
  readonly files?: readonly FileDraft[];
  readonly stickers?: readonly StickerRecord[];
  /** `@silent` before the text: nobody's client rings. */
  readonly silent?: boolean;
}

export interface MessageVerbs {
  posts(channel: ChannelRecord, draft: PostDraft | string): Promise<MessageRecord>;
  /** With the ping switched on, as the client's default is, unless told otherwise. */
  replies(message: MessageRecord, draft: (PostDraft & { readonly ping?: boolean }) | string): Promise<MessageRecord>;
  forwards(message: MessageRecord, channel: ChannelRecord): Promise<MessageRecord>;
  edits(message: MessageRecord, content: string): Promise<void>;
  /** Writes or changes the alt text of a file of their own message. */
  describes(message: MessageRecord, fileName: string, description: string): Promise<void>;
  deletes(message: MessageRecord): Promise<void>;
  reacts(message: MessageRecord, emoji: string): Promise<void>;
  unreacts(message: MessageRecord, emoji: string): Promise<void>;
}

/** What Discord makes of a link to a picture, a moment after the message: an embed, by MESSAGE_UPDATE. */
export function unfurl(world: World, message: MessageRecord, embed: Omit<APIEmbed, 'type'>): void {
  const embeds = [...message.embeds, { ...embed, type: EmbedType.Image } as APIEmbed];
  editMessage(world, message, { embeds }, { marksEdited: false });
}

/** A picture on another site: its own address, and the one the media proxy gives it. */
export async function hostElsewhere(world: World, name: string, bytes: Buffer) {
  const { contentType, width, height } = await measure(name, bytes);
  const path = `/elsewhere/${world.nextId()}/${name}`;
  const proxyPath = `/external/${world.nextId()}/http${path}`;
  world.elsewhere.set(path, { bytes, contentType });
  world.elsewhere.set(proxyPath, { bytes, contentType });
  const size = width === null || height === null ? {} : { width, height };
  return { url: `${world.origins.api}${path}`, proxy_url: `${world.origins.mediaProxy}${proxyPath}`, ...size };
}

export function createMessageVerbs(world: World, user: UserRecord): MessageVerbs {
  const must = (channel: ChannelRecord, bit: bigint, what: string) => {
    if (!may(world, channel, user.id, bit)) throw new Error(`${user.name} may not ${what} in #${channel.name}`);
  };

  async function send(channel: ChannelRecord, draft: PostDraft | string, more: object): Promise<MessageRecord> {
    const {
      content = '',
      files = [],
      stickers = [],
      silent = false,
    } = typeof draft === 'string' ? { content: draft } : draft;
    must(channel, P.ViewChannel | sendBit(channel), 'post');
    if (files.length > 0) must(channel, P.AttachFiles, 'attach files');
    if (channel.thread?.archived) setThread(world, channel, { archived: false });
    joinThread(channel, user.id);
    const attachments = [];
    for (const { name, bytes, description } of files) {
      attachments.push(attach(world, channel.id, await measure(name, bytes), { description: description ?? null }));
    }
    return createMessage(world, {
      channelId: channel.id,
      authorId: user.id,
      content,
      attachments,
      stickers,
      flags: silent ? MessageFlags.SuppressNotifications : 0,
      ...more,
    });
  }

  const channelOf = (message: MessageRecord) => the(world.channels.get(message.channelId), 'channel');
  const own = (message: MessageRecord) => {
    if (message.authorId !== user.id) throw new Error(`${user.name} can only edit their own messages`);
  };

  return {
    posts: async (channel, draft) => await send(channel, draft, {}),
    replies: async (message, draft) => {
      const ping = typeof draft === 'string' || draft.ping !== false;
      return await send(channelOf(message), draft, {
        type: MessageType.Reply,
        reference: { type: MessageReferenceType.Default, messageId: message.id, channelId: message.channelId },
        ...(ping ? {} : { allowedMentions: { parse: ['users', 'roles', 'everyone'], replied_user: false } }),
      });
    },
    forwards: async (message, channel) =>
      await send(channel, '', {
        reference: { type: MessageReferenceType.Forward, messageId: message.id, channelId: message.channelId },
        snapshots: [snapshotOf(message)],
        flags: MessageFlags.HasSnapshot,
      }),
    edits: async (message, content) => {
      own(message);
      editMessage(world, message, { content });
    },
    describes: async (message, fileName, description) => {
      own(message);
      the(
        message.attachments.find(({ name }) => name === fileName),
        `file ${fileName}`,
      ).description = description;
      editMessage(world, message, {});
    },
    deletes: async (message) => {
      if (message.authorId !== user.id) must(channelOf(message), P.ManageMessages, 'delete messages of others');
      deleteMessages(world, channelOf(message), [message]);
    },
    reacts: async (message, emoji) => {
      must(channelOf(message), P.AddReactions, 'react');
      react(world, message, user.id, emojiOf(world, emoji), true);
    },
    unreacts: async (message, emoji) => react(world, message, user.id, emojiOf(world, emoji), false),
  };
}
