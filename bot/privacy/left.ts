/** The bot is no longer in a server: everything about it is deleted. A server that is only unreachable for now is still ours. */
import { z } from 'zod';
import type { BotParts } from '../parts.ts';

const Left = z.object({ id: z.string(), unavailable: z.boolean().default(false) });

export async function onLeft({ store, log }: Pick<BotParts, 'store' | 'log'>, raw: unknown): Promise<void> {
  const left = Left.safeParse(raw).data;
  if (!left || left.unavailable) return;
  await store.privacy.deleteGuild(left.id);
  log.info({ guildId: left.id }, 'left a server; what it had set is deleted');
}
