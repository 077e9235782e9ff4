/**
 * A message as automatic alt text sees it: whose, which pictures lack a description, and whether one is wished. A note in the text
 * or in the channel's name or topic (#noalt, #nobot) and the author's own choice say no.
 */
import type { EffectiveSettings } from '#store/settings.ts';
import type { Message } from '../discord/message.ts';
import type { BotParts } from '../parts.ts';
import { ofAttachment } from '../pictures/find.ts';
import type { Picture, Seen } from './decide.ts';

const NO_THANKS = /(?<![\p{L}\p{N}_])#(?:noalt|nobot)(?![\p{L}\p{N}_])/iu;

export const refuses = (text: string): boolean => NO_THANKS.test(text);

/** Only attachments can have a description; stickers and the pictures of links have none to add. */
export const undescribed = (message: Pick<Message, 'attachments' | 'id' | 'channel_id'>): readonly Picture[] =>
  message.attachments
    .filter((attachment) => !('reason' in ofAttachment(attachment, message)))
    .map((attachment, index) => ({ ...attachment, number: index + 1 }))
    .filter(({ description }) => !description?.trim())
    .map(({ id, number }) => ({ id, number }));

interface Place {
  readonly guildId: string;
  readonly settings: EffectiveSettings;
  /** Of the channel: its name and what stands above it. */
  readonly about: string;
}

export async function see(
  { store, seesContent }: Pick<BotParts, 'store' | 'seesContent'>,
  message: Message,
  { guildId, settings: { autoAlt, answers }, about }: Place,
): Promise<Seen> {
  const authorId = message.author.id;
  const pictures = undescribed(message);
  const open = seesContent && autoAlt.on && answers && !refuses(message.content) && !refuses(about);
  // Looked up for those alone whose pictures might be described.
  const { noAutoAlt, askMe } = open && pictures.length > 0 ? await store.people.choices(authorId) : NOT_ASKED;
  const wished = open && !noAutoAlt;
  const asks = wished && (autoAlt.askAuthor || askMe) && !(await store.people.permits(authorId, guildId));
  return {
    channelId: message.channel_id,
    guildId,
    authorId,
    undescribed: pictures,
    wished,
    mustAskAuthor: asks,
    waitSeconds: autoAlt.waitSeconds,
  };
}
const NOT_ASKED = { noAutoAlt: false, askMe: false };
