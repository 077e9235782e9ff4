/** What the loopback Discord remembers. Records are plain and mutable; `shapes/` turns them into what the API shows. */
import type {
  APIApplicationCommand,
  APIEmbed,
  APIInteraction,
  APIMessageTopLevelComponent,
  APIModalInteractionResponseCallbackData,
  APIRole,
  ChannelType,
  InteractionType,
  MessageReferenceType,
  MessageType,
} from 'discord-api-types/v10';

export interface UserRecord {
  readonly id: string;
  readonly name: string;
  readonly bot: boolean;
  readonly locale: string;
  /** Whether messages from the bot reach this person (50007 where not). */
  acceptsDms: boolean;
  /** Whether this person installed the app for themselves (USER_INSTALL). */
  installed: boolean;
}

export interface MemberRecord {
  readonly userId: string;
  readonly joinedMs: number;
  roleIds: string[];
}

export interface EmojiRecord {
  readonly id: string;
  readonly name: string;
  readonly animated: boolean;
  readonly bytes: Buffer;
}

export interface StickerRecord {
  readonly id: string;
  readonly name: string;
  /** PNG 1, APNG 2, Lottie 3, GIF 4. */
  readonly format: 1 | 2 | 3 | 4;
  readonly bytes: Buffer;
}

export interface GuildRecord {
  readonly id: string;
  name: string;
  readonly ownerId: string;
  readonly locale: string;
  readonly roles: Map<string, APIRole>;
  readonly members: Map<string, MemberRecord>;
  readonly emojis: Map<string, EmojiRecord>;
  readonly stickers: Map<string, StickerRecord>;
}

export interface OverwriteRecord {
  readonly id: string;
  readonly kind: 'role' | 'member';
  readonly allow: bigint;
  readonly deny: bigint;
}

export interface ThreadRecord {
  readonly ownerId: string;
  archived: boolean;
  locked: boolean;
  changedMs: number;
  readonly memberIds: Set<string>;
}

export interface ChannelRecord {
  readonly id: string;
  /** null in a DM. */
  readonly guildId: string | null;
  readonly type: ChannelType;
  name: string;
  readonly parentId: string | null;
  overwrites: OverwriteRecord[];
  /** The people of a DM, the bot left out. */
  readonly recipientIds: readonly string[];
  readonly thread: ThreadRecord | null;
  lastMessageId: string | null;
}

export interface AttachmentRecord {
  readonly id: string;
  readonly name: string;
  readonly bytes: Buffer;
  readonly contentType: string;
  readonly width: number | null;
  readonly height: number | null;
  description: string | null;
  readonly ephemeral: boolean;
  /** The path below the CDN's origin; links to it are signed and expire. */
  readonly path: string;
}

export interface ReferenceRecord {
  readonly type: MessageReferenceType;
  readonly messageId: string;
  readonly channelId: string;
}

export interface SnapshotRecord {
  readonly type: MessageType;
  readonly content: string;
  readonly embeds: readonly APIEmbed[];
  readonly attachments: readonly AttachmentRecord[];
  readonly stickers: readonly StickerRecord[];
  readonly components: readonly APIMessageTopLevelComponent[];
  readonly timestampMs: number;
  readonly editedMs: number | null;
  readonly flags: number;
}

/** Whom a message names, and who of them was told. */
export interface MentionRecord {
  readonly userIds: readonly string[];
  readonly roleIds: readonly string[];
  readonly everyone: boolean;
}

export interface ReactionRecord {
  readonly emoji: { readonly id: string | null; readonly name: string };
  readonly userIds: Set<string>;
}

export interface MessageRecord {
  readonly id: string;
  readonly channelId: string;
  readonly authorId: string;
  readonly type: MessageType;
  readonly createdMs: number;
  readonly nonce: string | number | null;
  readonly reference: ReferenceRecord | null;
  readonly snapshots: readonly SnapshotRecord[];
  readonly stickers: readonly StickerRecord[];
  /** The interaction this message answers. */
  readonly interactionId: string | null;
  /** The one person who sees it; null: everyone in the channel. */
  readonly ephemeralTo: string | null;
  content: string;
  embeds: APIEmbed[];
  components: APIMessageTopLevelComponent[];
  attachments: AttachmentRecord[];
  flags: number;
  editedMs: number | null;
  pinned: boolean;
  mentions: MentionRecord;
  /** Everyone this message pinged, at creation or when a deferred reply was filled: "0 pings" is read here. */
  readonly pingedIds: Set<string>;
  readonly reactions: ReactionRecord[];
  /** Every content it ever had, the first first: what people may have seen. */
  readonly history: string[];
  deleted: boolean;
}

export interface CommandRecord {
  readonly command: APIApplicationCommand;
  /** null: a global command. */
  readonly guildId: string | null;
}

export interface InteractionRecord {
  readonly id: string;
  readonly token: string;
  readonly type: InteractionType;
  readonly createdMs: number;
  readonly userId: string;
  readonly channelId: string;
  readonly payload: APIInteraction;
  /** Name of the command, as the person used it; null for components and modals. */
  readonly commandName: string | null;
  /** The message a component stands on, or that a modal came from. */
  readonly messageId: string | null;
  /** Discord shows the answers of an app that may not speak here only to the person. */
  readonly forcedEphemeral: boolean;
  ackedMs: number | null;
  /** The callback type it was answered with. */
  callbackType: number | null;
  /** What `@original` means: the reply, or the message the component stands on. */
  originalId: string | null;
  modal: APIModalInteractionResponseCallbackData | null;
  choices: readonly { readonly name: string; readonly value: string | number }[] | null;
  followUps: number;
}
