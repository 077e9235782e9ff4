/** The bot's own database and news, as another bot process would use them: tests set with it and look into it. */
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { connect, disconnect } from '#queue/connection.ts';
import { createSubscriber } from '#queue/subscriber.ts';
import { openStore, type Store } from '#store/store.ts';
import { settingsNews } from '../../bot/settings/news.ts';
import type { BotRoom } from './bot-room.ts';

export async function storeOf({ redis }: BotRoom): Promise<Store> {
  const client = connect(redis.url, { role: 'worker' });
  const subscriber = createSubscriber(redis.url);
  const url = pathToFileURL(join(redis.dataDir, 'sightline.db')).href;
  const store = await openStore(url, settingsNews(client, subscriber));
  return {
    ...store,
    async close() {
      await store.close();
      await Promise.all([subscriber.close(), disconnect(client)]);
    },
  };
}
