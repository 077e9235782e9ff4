/**
 * Deletes everything about a person that the bot can reach: rows, what is remembered in Redis, and its own messages that describe
 * their pictures. What is deleted cannot be listed any more, so the messages go first; one that is gone already is no failure.
 */
import { Routes } from 'discord.js';
import { refusalOf } from '../discord/rest.ts';
import type { BotParts } from '../parts.ts';

export async function deletePerson(
  { store, lately, rest, log }: Pick<BotParts, 'store' | 'lately' | 'rest' | 'log'>,
  userId: string,
  options: { readonly keepChoices: boolean },
): Promise<void> {
  const { autoAltPosts } = await store.privacy.exportUser(userId);
  await lately.forget(userId);
  await store.privacy.deleteUser(userId, options);
  // Discord's limits make this slow where there are many; nothing waits for it.
  void (async () => {
    for (const { channelId, postId } of autoAltPosts) {
      await rest.delete(Routes.channelMessage(channelId, postId)).catch((error: unknown) => {
        if (refusalOf(error) === undefined) log.warn({ error }, 'a description could not be removed');
      });
    }
  })();
}
