/**
 * A message of ours, and its body for Discord: no mention pings, no link unfolds, everything within Discord's limits. Every
 * message that the bot sends or edits goes through `bodyOf`.
 */
import type { APIActionRowComponent, APIComponentInMessageActionRow } from 'discord.js';
import { DISCORD } from '../limits.ts';

export type Row = APIActionRowComponent<APIComponentInMessageActionRow>;

export interface OutgoingFile {
  readonly name: string;
  readonly type: string;
  readonly bytes: Uint8Array;
  /** Alt text: no picture goes out without. */
  readonly description: string;
}

export interface Outgoing {
  readonly content: string;
  readonly rows?: readonly Row[];
  readonly files?: readonly OutgoingFile[];
  /** Without a notification. */
  readonly quiet?: boolean;
}

const FLAG = { suppressEmbeds: 1 << 2, ephemeral: 1 << 6, suppressNotifications: 1 << 12 } as const;

interface Placing {
  readonly ephemeral?: boolean;
  /** The message that is answered. */
  readonly replyTo?: { readonly messageId: string; readonly channelId: string };
  /** Makes Discord return the message that has it already, instead of a second one. */
  readonly nonce?: string;
}

export interface Body {
  readonly content: string;
  readonly components: readonly Row[];
  readonly allowed_mentions: { readonly parse: readonly []; readonly replied_user: false };
  readonly flags: number;
  readonly attachments: readonly { readonly id: number; readonly filename: string; readonly description: string }[];
  readonly message_reference?: object;
  readonly nonce?: string;
  readonly enforce_nonce?: true;
}

export function bodyOf({ content, rows = [], files = [], quiet = false }: Outgoing, placing: Placing = {}): Body {
  const { ephemeral = false, replyTo, nonce } = placing;
  return {
    // Discord trims it too, and what it returns is compared with what was sent.
    content: within(content.trim(), DISCORD.contentCharacters),
    components: rows,
    allowed_mentions: { parse: [], replied_user: false },
    flags:
      FLAG.suppressEmbeds | (ephemeral ? FLAG.ephemeral : 0) | (quiet && !ephemeral ? FLAG.suppressNotifications : 0),
    attachments: files.map(({ name, description }, id) => ({
      id,
      filename: name,
      description: within(description, DISCORD.attachmentDescriptionCharacters),
    })),
    ...(replyTo && {
      message_reference: { message_id: replyTo.messageId, channel_id: replyTo.channelId, fail_if_not_exists: true },
    }),
    ...(nonce === undefined ? {} : { nonce, enforce_nonce: true }),
  };
}

/** Cut between characters, never within one, with an ellipsis to say so. */
export function within(text: string, most: number): string {
  if (text.length <= most) return text;
  return `${text.slice(0, most - 1).replace(/[\ud800-\udbff]$/, '')}…`;
}
