/**
 * Somebody asks about another's picture, and that one wants to be asked first, or the server wants it: the ask is held, and the
 * author asked under their picture. True when it is held; the question is then the one reply to the ask.
 * @throws SightlineError `ask_author_first` where nobody can be asked, or the bot may not post
 */
import { SightlineError } from '#core/errors.ts';
import type { Use } from '#store/settings.ts';
import type { Scene } from '../discord/interaction.ts';
import { refusalOf } from '../discord/rest.ts';
import { whyNotPost } from '../discord/surroundings.ts';
import type { BotParts } from '../parts.ts';
import type { AskPlan } from '../plan.ts';
import { postOnce } from '../post/channel-message.ts';
import { eventOf, requestIdOf } from '../request-id.ts';
import { renderRequest } from './render.ts';

interface Asking {
  readonly requestId: string;
  readonly plan: AskPlan;
  readonly scene: Scene;
  readonly use: Use;
}

export async function heldForAuthor(parts: BotParts, { requestId, plan, scene, use }: Asking): Promise<boolean> {
  const { of } = plan;
  if (!of || of.authorId === scene.userId) return false;
  const { guildId, channelId, parentId, roleIds, language, userId } = scene;
  const { authorId } = of;
  if (!(await mustAsk(parts, authorId, scene))) return false;
  const place = parts.surroundings.of(of.channelId);
  if (guildId === undefined || !scene.member || whyNotPost(place)) throw new SightlineError('ask_author_first');
  await parts.memory.putHeld(requestId, {
    ...{ plan, askerId: userId, authorId, use, guildId, channelId, roleIds: [...roleIds], language },
    ...(parentId === undefined ? {} : { parentId }),
    appPermissions: String(scene.appPermissions),
  });
  try {
    await postOnce(parts, {
      requestId: requestIdOf('question', eventOf(requestId)),
      channelId: of.channelId,
      message: renderRequest(place?.language ?? language, { requestId, authorId, askerId: userId }),
      replyToId: of.messageId,
      askedId: eventOf(requestId),
    });
  } catch (error) {
    if (refusalOf(error) === undefined) throw error;
    throw new SightlineError('ask_author_first');
  }
  return true;
}

async function mustAsk({ store, settings }: BotParts, authorId: string, scene: Scene): Promise<boolean> {
  const { guildId, channelId, parentId } = scene;
  const { askAuthors } = await settings.of(guildId, channelId, parentId);
  const asks = askAuthors || (await store.people.choices(authorId)).askMe;
  return asks && !(guildId !== undefined && (await store.people.permits(authorId, guildId)));
}
