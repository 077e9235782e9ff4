/**
 * A libSQL server by URL (libsql://, https://, http://, with `?authToken=` where it wants one). Each request ends within
 * LIMITS.storeSilenceMs. What a server keeps of deleted rows, in its files, logs and backups, is its operator's.
 */
import { createClient } from '@libsql/client/http';
import { LIMITS } from '#core/limits.ts';
import { overClient, type Sql } from './sql.ts';

export function openServer(url: string): Sql {
  const client = createClient({
    url,
    fetch: (request: Request) => fetch(request, { signal: AbortSignal.timeout(LIMITS.storeSilenceMs) }),
  });
  return overClient(client, async () => {});
}
