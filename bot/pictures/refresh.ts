/** Fresh links to the pictures of an ask: their messages are fetched anew, where Discord signs them anew. */
import { Routes } from 'discord.js';
import type { ImageRef } from '#core/ask.ts';
import { Message } from '../discord/message.ts';
import { refusalOf } from '../discord/rest.ts';
import type { BotParts } from '../parts.ts';
import type { AskPlan } from '../plan.ts';
import { picturesOf } from './find.ts';

type Parts = Pick<BotParts, 'rest' | 'discordCdn' | 'imageOrigins'>;

/** Undefined when no link of it could be renewed. */
export async function refreshed(parts: Parts, plan: AskPlan): Promise<AskPlan | undefined> {
  const fresh = new Map<string, ImageRef>();
  for (const message of new Set(plan.pictures.flatMap(messageOf))) {
    for (const picture of await picturesIn(parts, message)) {
      if (picture.kind === 'discord') fresh.set(picture.attachmentId, picture);
    }
  }
  const pictures = plan.pictures.map((picture) =>
    picture.kind === 'discord' ? (fresh.get(picture.attachmentId) ?? picture) : picture,
  );
  const renewed = pictures.some((picture, index) => picture !== plan.pictures[index]);
  return renewed ? { ...plan, pictures } : undefined;
}

/** The message that a picture lies in, as a route; a slash command's own attachments lie in none. */
const messageOf = (picture: ImageRef): `/channels/${string}/messages/${string}`[] =>
  picture.kind === 'discord' && picture.messageId !== ''
    ? [Routes.channelMessage(picture.channelId, picture.messageId)]
    : [];

async function picturesIn(parts: Parts, route: `/${string}`): Promise<readonly ImageRef[]> {
  try {
    return picturesOf(Message.parse(await parts.rest.get(route)), parts).pictures;
  } catch (error) {
    if (refusalOf(error) === undefined) throw error;
    return [];
  }
}
