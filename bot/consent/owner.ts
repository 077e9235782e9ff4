/** Whose a message's pictures are, as far as somebody might want to be asked: nobody asks themselves, and an app cannot be asked. */
import type { Message } from '../discord/message.ts';
import type { AskPlan } from '../plan.ts';

type Written = Pick<Message, 'id' | 'channel_id' | 'author' | 'webhook_id'>;

export function ownerOf({ id, channel_id, author, webhook_id }: Written, askerId: string): Pick<AskPlan, 'of'> {
  if (author.id === askerId || author.bot || webhook_id !== undefined) return {};
  return { of: { authorId: author.id, channelId: channel_id, messageId: id } };
}
