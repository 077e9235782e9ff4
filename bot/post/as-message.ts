/**
 * The reply under a message that mentioned the bot. Where it cannot be posted the asker learns why: in place of the answer, in
 * a direct message, or by a reaction.
 */
import { Routes } from 'discord.js';
import type { MessageAddress } from '../address.ts';
import { type Refusal, refusalOf } from '../discord/rest.ts';
import { mayReply, whyNotPost } from '../discord/surroundings.ts';
import type { Posted } from '../memory.ts';
import { sentence } from '../sentence.ts';
import { edit, type Placed, postOnce } from './channel-message.ts';
import type { Outgoing } from './outgoing.ts';
import type { PosterParts } from './poster.ts';
import { postToPerson } from './to-person.ts';

export interface Last {
  readonly requestId: string;
  readonly message: Outgoing;
  readonly posted: Posted | undefined;
}
export interface Shown extends Last {
  readonly signal: AbortSignal;
}

export async function showAsMessage(
  parts: PosterParts,
  { channelId, messageId }: MessageAddress,
  { requestId, message, posted, signal }: Shown,
): Promise<boolean> {
  const place = parts.surroundings.of(channelId);
  // Whoever may not post there says so once, at the end.
  if (whyNotPost(place) !== undefined) return true;
  const placed =
    posted?.messageId === undefined
      ? await postOnce(parts, {
          requestId,
          channelId,
          message,
          ...(mayReply(place) ? { replyToId: messageId } : {}),
          askedId: messageId,
          triedAt: posted?.triedAt,
          signal,
        })
      : await edit(parts, { channelId, messageId: posted.messageId, message, signal });
  if (posted?.messageId === undefined) {
    await parts.memory.putPosted(requestId, { ...placed, triedAt: posted?.triedAt ?? parts.now(), final: false });
  }
  // Gone: whoever removed it waits no more, and the answer job ends the matter.
  return placed.messageId !== undefined;
}

export async function postAsMessage(parts: PosterParts, address: MessageAddress, last: Last): Promise<Placed> {
  const { requestId, message, posted } = last;
  const { channelId, messageId } = address;
  if (posted?.messageId !== undefined) return edit(parts, { channelId, messageId: posted.messageId, message });
  const place = parts.surroundings.of(channelId);
  const known = whyNotPost(place);
  if (known !== undefined) return postElsewhere(parts, address, requestId, known);
  const posting = { requestId, channelId, askedId: messageId, triedAt: posted?.triedAt };
  try {
    return await postOnce(parts, { ...posting, message, ...(mayReply(place) ? { replyToId: messageId } : {}) });
  } catch (error) {
    const refusal = refusalOf(error);
    if (refusal === undefined) throw error;
    if (refusal !== 'reference_gone') return postElsewhere(parts, address, requestId, refusal);
  }
  // The question was taken back: what it was about is not repeated.
  const gone = { content: sentence(address.language, 'message_deleted') };
  try {
    return await postOnce(parts, { ...posting, message: gone, triedAt: posted?.triedAt ?? parts.now() });
  } catch (error) {
    const refusal = refusalOf(error);
    if (refusal === undefined) throw error;
    return postElsewhere(parts, address, requestId, refusal);
  }
}

const LOCK = encodeURIComponent('🔒');

/** Not in this channel: to the person, or as a sign on their message, or not at all. */
async function postElsewhere(
  parts: PosterParts,
  address: MessageAddress,
  requestId: string,
  refusal: Refusal,
): Promise<Placed> {
  const { channelId, messageId, language } = address;
  if (refusal === 'gone' || refusal === 'message_gone') {
    parts.log.info({ requestId }, 'the channel is gone, and with it whoever asked');
    return {};
  }
  if (refusal === 'refused') parts.log.error({ requestId }, 'Discord refused a reply of ours');
  const code = refusal === 'archived' ? 'thread_archived' : 'cannot_post';
  const content = sentence(language, code, `<#${channelId}>`);
  const told = await postToPerson(parts, address, { requestId, message: { content }, askedId: messageId });
  if (told) return told;
  try {
    await parts.rest.put(Routes.channelMessageOwnReaction(channelId, messageId, LOCK));
  } catch (error) {
    if (refusalOf(error) === undefined) throw error;
    parts.log.warn({ requestId, channelId, refusal }, 'a person could not be told that the bot may not post there');
  }
  return {};
}
