/**
 * From a message to an ask: a mention in a server, or anything in direct messages. The pictures are the message's own or those
 * of what it replies to. Whatever keeps it from being answered is said in one reply.
 */
import { Routes } from 'discord.js';
import { asSightlineError, SightlineError } from '#core/errors.ts';
import { checkedQuestion } from '#core/question.ts';
import { type MessageAddress, writeAddress } from './address.ts';
import { admit, enqueue, languageHere } from './asking.ts';
import { createBudget } from './budget.ts';
import { ASK_COOL_DOWN_MS } from './commands/policies.ts';
import { heldForAuthor } from './consent/held.ts';
import { type Conversation, conversationOf, questionIn } from './conversation.ts';
import { ALL_PERMISSIONS, type Scene } from './discord/interaction.ts';
import { Message } from './discord/message.ts';
import { whyNotPost } from './discord/surroundings.ts';
import type { BotParts } from './parts.ts';
import { type AskPlan, chosen } from './plan.ts';
import { requestIdOf } from './request-id.ts';
import { sentenceOf } from './sentence.ts';

/** resources/message#message-object-message-types */
const SAID = { default: 0, reply: 19 } as const;

/** Said by a person: no bot's, and no notice of Discord's. */
export const isPersons = ({ author, webhook_id, type }: Message): boolean =>
  !author.bot && webhook_id === undefined && (type === SAID.default || type === SAID.reply);

export function isForUs(message: Message, botId: string): boolean {
  if (!isPersons(message)) return false;
  return message.guild_id === undefined || message.mentions.some(({ id }) => id === botId);
}

/** In a rush the answers need Discord's 50 requests a second more than the signs that they are coming. */
const TYPING_PER_SECOND = 15;

/** What is asked for: a question where there is one, else a caption. */
export function planOf(conversation: Conversation, text: string): AskPlan {
  const { found, turns, missing, of } = conversation;
  if (found.pictures.length === 0 && found.skipped.length === 0 && missing !== undefined) {
    throw new SightlineError(missing === 'deleted' ? 'message_deleted' : 'message_unseen');
  }
  const pictures = { ...chosen(found), ...(of ? { of } : {}) };
  if (text === '' && turns.length === 0) {
    return { ...pictures, task: 'caption', question: '', showing: 'caption', conversation: [] };
  }
  return {
    ...pictures,
    task: 'vqa',
    question: checkedQuestion('vqa', text),
    showing: 'answer',
    conversation: [...turns],
  };
}

export function createMentionHandler(parts: BotParts) {
  const typing = createBudget(TYPING_PER_SECOND, parts.now);
  return async (raw: unknown): Promise<void> => {
    const message = Message.safeParse(raw).data;
    if (!message || !isForUs(message, parts.botId)) return;
    const requestId = requestIdOf('message', message.id);
    const place = parts.surroundings.of(message.channel_id);
    const guildId = message.guild_id ?? place?.guildId;
    const settings = await parts.settings.of(guildId, message.channel_id, place?.parentId).catch(() => undefined);
    const scene: Scene = {
      id: message.id,
      userId: message.author.id,
      guildId,
      channelId: message.channel_id,
      parentId: place?.parentId,
      roleIds: message.member?.roles ?? [],
      permissions: 0n,
      appPermissions: place?.permissions ?? ALL_PERMISSIONS,
      language: languageHere(settings, place?.language ?? 'en'),
      member: true,
    };
    const address: MessageAddress = {
      kind: 'message',
      channelId: scene.channelId,
      guildId,
      askerId: scene.userId,
      language: scene.language,
      messageId: message.id,
    };
    try {
      if (whyNotPost(place) !== undefined) throw new SightlineError('cannot_post');
      const plan = planOf(await conversationOf(parts, message), questionIn(message, parts.botId));
      if (await heldForAuthor(parts, { requestId, plan, scene, use: 'mention' })) return;
      const { priority } = await admit(parts, { requestId, plan, scene, use: 'mention', coolDownMs: ASK_COOL_DOWN_MS });
      // Let in before: Discord told us twice.
      if (priority === undefined) return;
      if (typing.take()) showTyping(parts, scene.channelId);
      await enqueue(parts, { requestId, plan, scene, address }, priority);
    } catch (thrown) {
      const error = asSightlineError(thrown);
      if (error.code === 'internal') parts.log.error({ error: thrown, requestId }, 'a mention could not be answered');
      await tell(parts, requestId, address, error);
    }
  };
}

/** By the queue of answers, so that it is posted although this process should die; without Redis directly. */
async function tell(parts: BotParts, requestId: string, address: MessageAddress, error: SightlineError): Promise<void> {
  const { code, detail } = error;
  const content = sentenceOf(address.language, error);
  // Found silent a moment ago, it is not waited for once more.
  if (code === 'redis_unavailable') return parts.poster.blurt(requestId, address, { content });
  const outcome = { ok: false as const, code, ...(detail === undefined ? {} : { detail }) };
  try {
    const addressee = { id: requestId, surface: 'bot', replyTo: writeAddress(address) } as const;
    await parts.answers.send(addressee, outcome);
  } catch {
    await parts.poster.blurt(requestId, address, { content });
  }
}

/** The first sign that the message was seen; an answer is rarely far behind. */
function showTyping({ rest, log }: BotParts, channelId: string): void {
  rest
    .post(Routes.channelTyping(channelId))
    .catch((error: unknown) => log.info({ error, channelId }, 'no typing shown'));
}
