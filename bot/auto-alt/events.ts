/**
 * What the gateway tells of messages, for automatic alt text. Most messages of a server have nothing to do with it: they are let go
 * after a look at the settings, which are in memory.
 */
import { z } from 'zod';
import { Message } from '../discord/message.ts';
import { isPersons } from '../mentions.ts';
import type { BotParts } from '../parts.ts';
import { happened, removePost, seenNow } from './driver.ts';
import { undescribed } from './see.ts';

export async function onPosted(parts: BotParts, raw: unknown): Promise<void> {
  const message = Message.safeParse(raw).data;
  if (!message?.guild_id || !isPersons(message) || undescribed(message).length === 0) return;
  const seen = await seenNow(parts, message, message.guild_id);
  if (seen.wished) await happened(parts, message.id, { kind: 'posted', seen }, message);
}

export async function onEdited(parts: BotParts, raw: unknown): Promise<void> {
  const message = Message.safeParse(raw).data;
  if (!message?.guild_id || !isPersons(message)) return;
  const { id, guild_id: guildId } = message;
  await recall(parts, id);
  if (await parts.notes.of(id)) {
    await happened(parts, id, { kind: 'edited', seen: await seenNow(parts, message, guildId) }, message);
  }
}

const Deleted = z.object({
  id: z.string().optional(),
  ids: z.array(z.string()).default([]),
  guild_id: z.string().optional(),
});

export async function onDeleted(parts: BotParts, raw: unknown): Promise<void> {
  const deleted = Deleted.safeParse(raw).data;
  if (!deleted?.guild_id) return;
  for (const id of deleted.id === undefined ? deleted.ids : [deleted.id]) {
    const post = await parts.store.autoAltPosts.of(id);
    await happened(parts, id, { kind: 'deleted' });
    if (post) {
      await removePost(parts, post);
      await parts.store.autoAltPosts.remove(id);
    }
  }
}

/** A note lives for a day; the store knows for longer what is described. */
async function recall(parts: BotParts, messageId: string): Promise<void> {
  if (await parts.notes.of(messageId)) return;
  const post = await parts.store.autoAltPosts.of(messageId);
  if (!post) return;
  const { channelId, guildId, authorId, postId, pictures } = post;
  const recalled = { channelId, guildId, authorId, postId, stage: 'described', round: 1 } as const;
  await parts.notes.change(messageId, (note) => ({
    note: note ?? { ...recalled, pictures: pictures.map((id) => ({ id, number: 0 })) },
  }));
}
