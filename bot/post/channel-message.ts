/**
 * A normal message in a channel, posted once: its nonce makes Discord return the one that is there already, and where the nonce
 * may have been forgotten, the channel is looked through first.
 */
import { Routes } from 'discord.js';
import { z } from 'zod';
import { refusalOf } from '../discord/rest.ts';
import { DISCORD } from '../limits.ts';
import { bodyOf, type Outgoing } from './outgoing.ts';
import type { PosterParts } from './poster.ts';

export interface Placed {
  readonly messageId?: string;
  readonly channelId?: string;
}

const Sent = z.object({
  id: z.string(),
  channel_id: z.string(),
  content: z.string().default(''),
  components: z.array(z.unknown()).default([]),
  attachments: z.array(z.unknown()).default([]),
});

interface Posting {
  readonly requestId: string;
  readonly channelId: string;
  readonly message: Outgoing;
  readonly replyToId?: string;
  /** The event that asked: our reply, if there is one, is younger. */
  readonly askedId: string;
  /** When it was tried for the first time, if this is not the first. */
  readonly triedAt?: number | undefined;
  readonly signal?: AbortSignal;
}

/** Discord remembers a nonce for "a few minutes"; well before they are over it is not relied on. */
const NONCE_SURE_MS = 60_000;

export async function postOnce(parts: PosterParts, posting: Posting): Promise<Placed> {
  const { requestId, channelId, message, replyToId, triedAt, signal } = posting;
  const { memory, now } = parts;
  if (triedAt === undefined) await memory.putPosted(requestId, { triedAt: now(), final: false });
  else if (now() - triedAt > NONCE_SURE_MS) {
    const there = await lookFor(parts, posting);
    if (there !== undefined) return edit(parts, { channelId, messageId: there, message });
  }
  const body = bodyOf(message, {
    nonce: requestId,
    ...(replyToId === undefined ? {} : { replyTo: { messageId: replyToId, channelId } }),
  });
  const raw = await parts.rest.post(Routes.channelMessages(channelId), {
    body,
    ...(message.files ? { files: message.files } : {}),
    ...(signal ? { signal } : {}),
  });
  const sent = Sent.parse(raw);
  const same =
    sent.content === body.content &&
    sent.components.length === body.components.length &&
    sent.attachments.length === body.attachments.length;
  // An earlier try got through, with what was to be shown then.
  if (!same) return edit(parts, { channelId, messageId: sent.id, message });
  return { messageId: sent.id, channelId: sent.channel_id };
}

interface Editing {
  readonly channelId: string;
  readonly messageId: string;
  readonly message: Outgoing;
  readonly signal?: AbortSignal;
}

/** Somebody took the message away: then they do not want it, and it stays away. */
export async function edit(parts: PosterParts, { channelId, messageId, message, signal }: Editing): Promise<Placed> {
  try {
    await parts.rest.patch(Routes.channelMessage(channelId, messageId), {
      body: bodyOf(message),
      ...(message.files ? { files: message.files } : {}),
      ...(signal ? { signal } : {}),
    });
  } catch (error) {
    const refusal = refusalOf(error);
    if (refusal !== 'message_gone' && refusal !== 'gone') throw error;
    return {};
  }
  return { messageId, channelId };
}

const Listed = z.array(
  z.object({
    id: z.string(),
    content: z.string().default(''),
    author: z.object({ id: z.string() }),
    message_reference: z.object({ message_id: z.string().optional() }).optional(),
  }),
);

/** Our reply, if it is among the messages that followed the question: by what it refers to, or else by its words. */
async function lookFor(parts: PosterParts, posting: Posting): Promise<string | undefined> {
  const { channelId, askedId, replyToId, message } = posting;
  try {
    const query = { after: askedId, limit: String(DISCORD.messagesPerPage) };
    const messages = Listed.parse(await parts.rest.get(Routes.channelMessages(channelId), { query }));
    const { content } = bodyOf(message);
    return messages.find(
      ({ author, message_reference: reference, ...listed }) =>
        author.id === parts.botId &&
        (replyToId === undefined ? listed.content === content : reference?.message_id === replyToId),
    )?.id;
  } catch (error) {
    // Without the permission to read the history there is nothing to go by but the nonce.
    if (refusalOf(error) === undefined) throw error;
    return undefined;
  }
}
