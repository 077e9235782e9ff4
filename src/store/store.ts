/**
 * The store by URL: a file (`file:`), or a libSQL server. Whatever goes wrong in it is `store_unavailable`, within
 * LIMITS.storeSilenceMs; opening throws `store_failed` with what to look at.
 */
import { SightlineError } from '#core/errors.ts';
import { LIMITS } from '#core/limits.ts';
import { type AutoAltPosts, createAutoAltPosts } from './auto-alt-posts.ts';
import { createFeedbackStore, type FeedbackStore } from './feedback.ts';
import { createSettingsStore, type SettingsNews, type SettingsStore } from './guild-settings.ts';
import { migrate } from './migrations.ts';
import { createPeopleStore, type PeopleStore } from './people.ts';
import { createPrivacyStore, type PrivacyStore } from './privacy.ts';
import type { Sql } from './sql.ts';
import { openFile } from './sql-file.ts';

export interface Store {
  readonly settings: SettingsStore;
  readonly people: PeopleStore;
  readonly feedback: FeedbackStore;
  readonly autoAltPosts: AutoAltPosts;
  readonly privacy: PrivacyStore;
  close(): Promise<void>;
}

/** Of a process that is alone. */
const NO_NEWS: SettingsNews = { tell() {}, listen() {} };

export async function openStore(url: string, news: SettingsNews = NO_NEWS): Promise<Store> {
  const sql = guarded(await openSql(url));
  try {
    await migrate(sql);
  } catch (error) {
    await sql.close();
    if (error instanceof SightlineError && error.code === 'store_failed') throw error;
    throw failed(url, error);
  }
  const settings = createSettingsStore(sql, news);
  const privacy = createPrivacyStore(sql);
  return {
    settings,
    people: createPeopleStore(sql),
    feedback: createFeedbackStore(sql),
    autoAltPosts: createAutoAltPosts(sql),
    privacy: {
      ...privacy,
      async deleteGuild(guildId) {
        await privacy.deleteGuild(guildId);
        settings.forget(guildId);
      },
    },
    close: () => sql.close(),
  };
}

async function openSql(url: string): Promise<Sql> {
  try {
    if (url.startsWith('file:')) return openFile(url);
    // The client for servers takes 13 MB that a file does not need.
    return (await import('./sql-server.ts')).openServer(url);
  } catch (error) {
    throw failed(url, error);
  }
}

/** Without the query: it may hold a token. */
const failed = (url: string, cause: unknown): SightlineError =>
  new SightlineError('store_failed', { detail: `${url.split('?')[0]} does not open`, cause });

/** Silence and every error of the database, as one code. A scrub takes what it takes: it writes a file anew. */
function guarded(sql: Sql): Sql {
  return {
    read: (statements) => inTime(sql.read(statements)),
    write: (statements) => inTime(sql.write(statements)),
    scrub: () => sql.scrub().catch(unavailable),
    close: () => sql.close(),
  };
}

const unavailable = (cause: unknown): never => {
  throw new SightlineError('store_unavailable', { cause });
};

function inTime<T>(answer: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const silence = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(new Error(`The database was silent for ${LIMITS.storeSilenceMs} ms`)),
      LIMITS.storeSilenceMs,
    );
  });
  return Promise.race([answer, silence])
    .catch(unavailable)
    .finally(() => clearTimeout(timer));
}
