/**
 * The reply chain is the conversation: from a message up to the pictures it is about, collecting the questions and answers on the
 * way. An answer that is still remembered knows its pictures by itself; an older one is followed up to the message it replied to.
 */
import { Routes } from 'discord.js';
import type { Turn } from '#core/ask.ts';
import { LIMITS } from '#core/limits.ts';
import { ownerOf } from './consent/owner.ts';
import { Message } from './discord/message.ts';
import { refusalOf } from './discord/rest.ts';
import type { BotParts } from './parts.ts';
import { type Found, picturesOf } from './pictures/find.ts';
import type { AskPlan } from './plan.ts';
import { answerOf } from './render/answer-text.ts';

export interface Conversation {
  readonly found: Found;
  /** Oldest first. */
  readonly turns: readonly Turn[];
  /** Why there may be no pictures: the message is gone, or Discord does not show it to us. */
  readonly missing?: 'deleted' | 'unseen';
  /** Whose pictures they are, when somebody else's. */
  readonly of?: AskPlan['of'];
}

type Parts = Pick<BotParts, 'rest' | 'memory' | 'botId' | 'seesContent' | 'discordCdn' | 'imageOrigins'>;

/** Messages looked at on the way up: a question and an answer for each turn that is kept. */
const STEPS = 2 * LIMITS.conversationTurns;
const NOTHING: Found = { pictures: [], skipped: [] };

export async function conversationOf(parts: Parts, message: Message): Promise<Conversation> {
  const own = picturesOf(message, parts);
  if (own.pictures.length > 0 || own.skipped.length > 0) return { found: own, turns: [] };

  const turns: Turn[] = [];
  let current = message;
  let answer: string | undefined;
  for (let step = 0; step < STEPS; step += 1) {
    const above = await messageAbove(parts, current);
    if (!above) return { found: NOTHING, turns, ...(above === null ? { missing: 'deleted' } : {}) };
    current = above;
    if (above.author.id === parts.botId) {
      const remembered = await rememberedAsk(parts, above.id);
      if (remembered) {
        const { plan } = remembered;
        const last = { question: plan.question, answer: remembered.answer ?? answerOf(above.content) };
        return { found: plan, turns: [...plan.conversation, last, ...turns], ...(plan.of ? { of: plan.of } : {}) };
      }
      answer = answerOf(above.content);
      continue;
    }
    if (answer !== undefined) turns.unshift({ question: questionIn(above, parts.botId), answer });
    answer = undefined;
    const found = picturesOf(above, parts);
    if (found.pictures.length > 0 || found.skipped.length > 0) {
      return { found, turns, ...ownerOf(above, message.author.id) };
    }
    if (isUnseen(above, parts)) return { found: NOTHING, turns, missing: 'unseen' };
  }
  return { found: NOTHING, turns };
}

/** Null when it is gone; undefined when there is none. */
async function messageAbove({ rest }: Parts, message: Message): Promise<Message | null | undefined> {
  const { referenced_message: referenced, message_reference: reference } = message;
  if (referenced) return Message.parse(referenced);
  if (referenced === null) return null;
  const { channel_id: channelId = message.channel_id, message_id: messageId, type = REPLY } = reference ?? {};
  if (messageId === undefined || type !== REPLY) return undefined;
  try {
    return Message.parse(await rest.get(Routes.channelMessage(channelId, messageId)));
  } catch (error) {
    const refusal = refusalOf(error);
    if (refusal === undefined) throw error;
    return refusal === 'message_gone' ? null : undefined;
  }
}
/** resources/message#message-reference-types; a forward's copy is in the message itself. */
const REPLY = 0;

async function rememberedAsk({ memory }: Parts, messageId: string) {
  const requestId = await memory.answerOf(messageId);
  return requestId === undefined ? undefined : memory.ask(requestId);
}

/** Without the intent Discord blanks what does not mention us: such a message has nothing at all. */
const isUnseen = (message: Message, { seesContent }: Parts): boolean =>
  !seesContent &&
  message.content === '' &&
  message.attachments.length === 0 &&
  message.embeds.length === 0 &&
  !message.sticker_items?.length &&
  message.poll === undefined;

/** What was said to us, without the mention that called us. */
export const questionIn = ({ content }: Pick<Message, 'content'>, botId: string): string =>
  content
    .replaceAll(new RegExp(`<@!?${botId}>`, 'g'), ' ')
    .replace(/\s+/g, ' ')
    .trim();
