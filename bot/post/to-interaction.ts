/**
 * The reply to an interaction: the deferred one is edited, which may be done any number of times. When its quarter of an hour is
 * over, a reply for all becomes a normal message, and one for the asker alone goes to them directly.
 */
import { Routes } from 'discord.js';
import { z } from 'zod';
import type { InteractionAddress } from '../address.ts';
import { refusalOf } from '../discord/rest.ts';
import { eventOf } from '../request-id.ts';
import { say } from '../words.ts';
import type { Last, Shown } from './as-message.ts';
import { type Placed, postOnce } from './channel-message.ts';
import { bodyOf, type Outgoing } from './outgoing.ts';
import type { PosterParts } from './poster.ts';
import { postToPerson } from './to-person.ts';

const Sent = z.object({ id: z.string(), channel_id: z.string().optional() });

export async function showInInteraction(parts: PosterParts, { requestId, message, signal }: Shown): Promise<boolean> {
  const token = await parts.memory.token(requestId);
  if (token === undefined) return false;
  try {
    await editDeferred(parts, token, message, signal);
    return true;
  } catch (error) {
    if (refusalOf(error) === undefined) throw error;
    return false;
  }
}

export async function postToInteraction(parts: PosterParts, address: InteractionAddress, last: Last): Promise<Placed> {
  const { requestId, message } = last;
  const token = await parts.memory.token(requestId);
  if (token === undefined) return postLate(parts, address, last);
  try {
    return await editDeferred(parts, token, message);
  } catch (error) {
    const refusal = refusalOf(error);
    // The reply was taken away by somebody who does not want it.
    if (refusal === 'message_gone') return {};
    if (refusal === undefined) throw error;
    parts.log.warn({ requestId, refusal }, 'the deferred reply could not be edited');
    return postLate(parts, address, last);
  }
}

async function editDeferred(
  { rest, botId }: PosterParts,
  token: string,
  message: Outgoing,
  signal?: AbortSignal,
): Promise<Placed> {
  const raw = await rest.patch(Routes.webhookMessage(botId, token), {
    body: bodyOf(message),
    auth: false,
    ...(message.files ? { files: message.files } : {}),
    ...(signal ? { signal } : {}),
  });
  const { id, channel_id } = Sent.parse(raw);
  return { messageId: id, ...(channel_id === undefined ? {} : { channelId: channel_id }) };
}

async function postLate(parts: PosterParts, address: InteractionAddress, last: Last): Promise<Placed> {
  const { requestId, posted } = last;
  const { channelId, language, askerId } = address;
  const askedId = eventOf(requestId);
  const message = {
    ...last.message,
    content: `${say(language, 'say.late', { asker: `<@${askerId}>` })}\n${last.message.content}`,
  };
  if (address.visibility === 'public' && address.member) {
    try {
      return await postOnce(parts, { requestId, channelId, message, askedId, triedAt: posted?.triedAt });
    } catch (error) {
      if (refusalOf(error) === undefined) throw error;
    }
  }
  const told = await postToPerson(parts, address, { requestId, message, askedId });
  if (!told) parts.log.warn({ requestId, channelId }, 'an answer came too late for its reply and has nowhere to go');
  return told ?? {};
}
