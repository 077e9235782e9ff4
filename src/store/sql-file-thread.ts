/**
 * The thread of a database file (docs/adr/0012): statements in, rows out, one after the other. A query, a commit or a wait
 * for another process's lock blocks this thread and no other.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { createClient } from '@libsql/client/sqlite3';
import { overClient, type Sql } from './sql.ts';
import type { FileAnswer, FileCall } from './sql-file.ts';

/** How long to wait for another process that writes, in ms: shorter than a person is kept waiting. */
const BUSY_MS = 3_000;

async function open(url: string): Promise<Sql> {
  // One connection: settings of a connection (PRAGMA) hold for all that is done.
  const client = createClient({ url, concurrency: 1, timeout: BUSY_MS });
  // Readers and a writer do not block each other; a commit that the machine's power loss takes back was a setting or a thumb.
  await client.execute('PRAGMA journal_mode = WAL');
  await client.execute('PRAGMA synchronous = NORMAL');
  await client.execute('PRAGMA secure_delete = ON');
  return overClient(client, async () => {
    // Overwriting alone leaves copies that were moved between pages (measured, docs/adr/0012): the file is written anew.
    await client.execute('VACUUM');
    await client.execute('PRAGMA wal_checkpoint(TRUNCATE)');
  });
}

const port = parentPort;
if (!port) throw new Error('Expected to run as a thread. This is a bug.');
const sql = open(workerData as string);
// Told by each call instead.
sql.catch(() => {});

async function done(call: FileCall): Promise<FileAnswer['rows']> {
  const opened = await sql;
  if (call.kind === 'read') return opened.read(call.statements);
  if (call.kind === 'write') return opened.write(call.statements);
  await opened.scrub();
  return [];
}

port.on('message', async (call: FileCall | 'close') => {
  if (call === 'close') {
    await sql.then((opened) => opened.close()).catch(() => {});
    port.close();
    return;
  }
  const { id } = call;
  try {
    port.postMessage({ id, rows: await done(call) } satisfies FileAnswer);
  } catch (error) {
    port.postMessage({ id, rows: [], failed: String(error) } satisfies FileAnswer);
  }
});
