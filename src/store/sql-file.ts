/**
 * A database file, on a thread of its own, as `file:` queries block the thread they are made on. Calls are answered in
 * order; closing lets those under way end.
 */
import { closeSync, mkdirSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import type { Row, Sql, Statement } from './sql.ts';

export type FileCall = { readonly id: number } & (
  | { readonly kind: 'read' | 'write'; readonly statements: readonly Statement[] }
  | { readonly kind: 'scrub' }
);
export interface FileAnswer {
  readonly id: number;
  readonly rows: Row[][];
  readonly failed?: string;
}

const THREAD = new URL('./sql-file-thread.ts', import.meta.url);

/** Pages of the database and the copies in its log are readable by its owner only: SQLite gives all its files this mode. */
function createPrivately(url: string): void {
  const path = fileURLToPath(url);
  mkdirSync(dirname(path), { recursive: true });
  closeSync(openSync(path, 'a', 0o600));
}

/** @throws what the file system says where the file cannot be made */
export function openFile(url: string): Sql {
  createPrivately(url);
  const thread = new Worker(THREAD, { workerData: url });
  const waiting = new Map<number, { resolve: (rows: Row[][]) => void; reject: (error: Error) => void }>();
  let calls = 0;
  let ended: Error | undefined;

  const end = (error: Error) => {
    ended ??= error;
    for (const { reject } of waiting.values()) reject(error);
    waiting.clear();
  };
  const exited = new Promise<void>((resolve) =>
    thread.once('exit', () => {
      end(new Error('The database is closed'));
      resolve();
    }),
  );
  thread.on('error', end);
  thread.on('message', ({ id, rows, failed }: FileAnswer) => {
    const call = waiting.get(id);
    waiting.delete(id);
    if (failed === undefined) call?.resolve(rows);
    else call?.reject(new Error(failed));
  });

  const call = (ask: (id: number) => FileCall) =>
    new Promise<Row[][]>((resolve, reject) => {
      if (ended) return reject(ended);
      const id = calls++;
      waiting.set(id, { resolve, reject });
      thread.postMessage(ask(id));
    });

  return {
    read: (statements) => call((id) => ({ id, kind: 'read', statements })),
    write: (statements) => call((id) => ({ id, kind: 'write', statements })),
    scrub: async () => void (await call((id) => ({ id, kind: 'scrub' }))),
    async close() {
      thread.postMessage('close');
      await exited;
    },
  };
}
