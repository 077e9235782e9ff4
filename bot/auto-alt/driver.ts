/**
 * Automatic alt text at work: looks at what happens, lets `decide` decide, and does it. Everything may happen twice or in another
 * bot process: posts have a nonce, notes say how far a message is, and a turn that failed comes again.
 */
import { Routes } from 'discord.js';
import { asSightlineError } from '#core/errors.ts';
import type { Language } from '#store/settings.ts';
import { languageHere, requestOf } from '../asking.ts';
import { Message } from '../discord/message.ts';
import { refusalOf } from '../discord/rest.ts';
import { whyNotPost } from '../discord/surroundings.ts';
import type { BotParts } from '../parts.ts';
import { ofAttachment } from '../pictures/find.ts';
import type { AskPlan } from '../plan.ts';
import { postOnce } from '../post/channel-message.ts';
import { requestIdOf, roundOf } from '../request-id.ts';
import { type Action, decide, type Event, type Note, type Picture, type Post } from './decide.ts';
import { renderAuthorQuestion } from './render.ts';
import { see } from './see.ts';

/** Behind everybody who asks. */
const PRIORITY = 1_000;

/** A thing that happened to a message, and what is done about it. */
export async function happened(
  parts: BotParts,
  messageId: string,
  event: Event,
  message?: Message,
): Promise<readonly Action[]> {
  // First, so that what is done finds it.
  const { before, decision } = await parts.notes.change(messageId, (note) => decide(event, note));
  const { note = before, actions } = decision;
  for (const action of actions) await perform(parts, messageId, { action, note, message });
  return actions;
}

interface Performing {
  readonly action: Action;
  readonly note: Note | undefined;
  readonly message: Message | undefined;
}

async function perform(parts: BotParts, messageId: string, { action, note, message }: Performing): Promise<void> {
  switch (action.do) {
    case 'wait':
      return parts.notes.wait(messageId, parts.now() + action.seconds * 1_000);
    case 'remove-post':
      await removePost(parts, action);
      return parts.store.autoAltPosts.remove(messageId);
    case 'ask-author':
      if (note) await askAuthor(parts, messageId, note);
      return;
    case 'describe':
      if (note && message) await describe(parts, { message, note, pictures: action.pictures });
  }
}

/** Gone already, by whoever's hand, is as good. */
export async function removePost({ rest }: BotParts, { channelId, postId }: Post): Promise<void> {
  await rest.delete(Routes.channelMessage(channelId, postId)).catch((error: unknown) => {
    if (refusalOf(error) === undefined) throw error;
  });
}

async function askAuthor(parts: BotParts, messageId: string, note: Note): Promise<void> {
  const { channelId, authorId, round } = note;
  const message = renderAuthorQuestion(await languageOf(parts, note), messageId, authorId);
  const requestId = roundOf(requestIdOf('question', messageId), round);
  try {
    const posting = { requestId, channelId, message, replyToId: messageId, askedId: messageId };
    const { messageId: postId } = await postOnce(parts, posting);
    await happened(parts, messageId, postId === undefined ? { kind: 'failed' } : { kind: 'asked', channelId, postId });
  } catch (error) {
    if (refusalOf(error) === undefined) throw error;
    await happened(parts, messageId, { kind: 'failed' });
  }
}

/** Put into the queue behind everybody; a full queue is tried again when the turn comes back. */
async function describe(
  parts: BotParts,
  { message, note, pictures }: { message: Message; note: Note; pictures: readonly Picture[] },
): Promise<void> {
  const { channelId, guildId, authorId, round } = note;
  const refs = message.attachments
    .filter(({ id }) => pictures.some((picture) => picture.id === id))
    .flatMap((attachment) => {
      const found = ofAttachment(attachment, message);
      return 'reason' in found ? [] : [found];
    });
  const plan: AskPlan = {
    task: 'alt-text',
    question: '',
    detail: 'short',
    showing: 'alt',
    pictures: refs,
    skipped: [],
    conversation: [],
  };
  const requestId = roundOf(requestIdOf('auto', message.id), round);
  const address = {
    kind: 'message',
    channelId,
    guildId,
    askerId: authorId,
    language: await languageOf(parts, note),
    messageId: message.id,
  } as const;
  await parts.queue.ask(requestOf({ requestId, plan, address }, parts.now()), { priority: PRIORITY });
}

async function languageOf(parts: BotParts, { guildId, channelId }: Note): Promise<Language> {
  const place = parts.surroundings.of(channelId);
  return languageHere(await parts.settings.of(guildId, channelId, place?.parentId), place?.language ?? 'en');
}

/** Takes the turns that have come: the message is fetched anew, as it may have changed or gone, and for fresh links. */
export async function takeTurns(parts: BotParts): Promise<void> {
  for (const messageId of await parts.notes.take(parts.now())) {
    try {
      await takeTurn(parts, messageId);
    } catch (error) {
      parts.log.warn({ error: asSightlineError(error), messageId }, 'a picture could not be described yet');
    }
  }
}

async function takeTurn(parts: BotParts, messageId: string): Promise<void> {
  const note = await parts.notes.of(messageId);
  if (!note) return parts.notes.done(messageId);
  const message = await fetched(parts, note.channelId, messageId);
  if (!message || whyNotPost(parts.surroundings.of(note.channelId)) !== undefined) {
    await happened(parts, messageId, { kind: 'deleted' });
    return;
  }
  const seen = await seenNow(parts, message, note.guildId);
  const actions = await happened(parts, messageId, { kind: 'due', seen }, message);
  // Whatever throws before brings the turn back.
  if (!actions.some((action) => action.do === 'wait')) await parts.notes.done(messageId);
}

export async function seenNow(parts: BotParts, message: Message, guildId: string) {
  const place = parts.surroundings.of(message.channel_id);
  const settings = await parts.settings.of(guildId, message.channel_id, place?.parentId);
  return see(parts, message, { guildId, settings, about: place?.about ?? '' });
}

async function fetched({ rest }: BotParts, channelId: string, messageId: string): Promise<Message | undefined> {
  try {
    return Message.parse(await rest.get(Routes.channelMessage(channelId, messageId)));
  } catch (error) {
    if (refusalOf(error) === undefined) throw error;
    return undefined;
  }
}
