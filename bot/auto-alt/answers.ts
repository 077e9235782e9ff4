/** The answer to a description that nobody asked for: posted quietly under the picture, unless it went or changed meanwhile. */
import type { AnswerJob } from '#queue/jobs.ts';
import { readAddress } from '../address.ts';
import { refusalOf } from '../discord/rest.ts';
import type { BotParts } from '../parts.ts';
import { postOnce } from '../post/channel-message.ts';
import { eventOf, requestIdOf, roundOf } from '../request-id.ts';
import { happened } from './driver.ts';
import { renderDescription } from './render.ts';

export async function onDescription(parts: BotParts, { requestId, replyTo, outcome }: AnswerJob): Promise<void> {
  const { language } = readAddress(replyTo);
  const messageId = eventOf(requestId);
  const note = await parts.notes.of(messageId);
  if (note?.stage !== 'describing' || roundOf(requestIdOf('auto', messageId), note.round) !== requestId) return;
  const { channelId, guildId, authorId } = note;
  const place = parts.surroundings.of(channelId);
  const { autoAlt } = await parts.settings.of(guildId, channelId, place?.parentId);
  const message = renderDescription(outcome, {
    language,
    requestId,
    authorId,
    pictures: note.pictures,
    quiet: autoAlt.quiet,
  });
  if (!message) {
    if (!outcome.ok) parts.log.info({ requestId, code: outcome.code }, 'a picture was not described');
    await happened(parts, messageId, { kind: 'failed' });
    return;
  }
  try {
    const triedAt = (await parts.memory.posted(requestId))?.triedAt;
    const posting = { requestId, channelId, message, replyToId: messageId, askedId: messageId, triedAt };
    const { messageId: postId } = await postOnce(parts, posting);
    if (postId === undefined) {
      await happened(parts, messageId, { kind: 'failed' });
      return;
    }
    // Before the note says so: what is not recorded could not be taken away after a day.
    const pictures = note.pictures.map(({ id }) => id);
    await parts.store.autoAltPosts.record({
      ...{ messageId, postId, channelId, guildId, authorId, pictures, postedAt: parts.now() },
    });
    await happened(parts, messageId, { kind: 'described', channelId, postId });
  } catch (error) {
    if (refusalOf(error) === undefined) throw error;
    await happened(parts, messageId, { kind: 'failed' });
  }
}
