/**
 * A database server on loopback that speaks the part of Hrana 2 over HTTP which the libSQL client uses (pipelines of execute,
 * batch, sequence, store_sql, close_sql and close), over Node's own SQLite. It is not sqld: it shows that our side of the wire is right, with
 * the real client, its token and its errors; how a real server behaves under it is not shown.
 */
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { DatabaseSync, type SQLInputValue } from 'node:sqlite';

type WireValue =
  | { type: 'null' }
  | { type: 'integer'; value: string }
  | { type: 'float'; value: number }
  | { type: 'text'; value: string };
interface WireStatement {
  sql?: string;
  sql_id?: number;
  args?: WireValue[];
}
type Condition =
  | { type: 'ok' | 'error'; step: number }
  | { type: 'not'; cond: Condition }
  | { type: 'and' | 'or'; conds: Condition[] };
interface WireRequest {
  type: 'execute' | 'batch' | 'sequence' | 'store_sql' | 'close_sql' | 'close';
  sql?: string;
  sql_id?: number;
  stmt?: WireStatement;
  batch?: { steps: { stmt: WireStatement; condition?: Condition }[] };
}
/** A stream is a connection with a memory of texts; the baton finds it again. */
interface Stream {
  readonly database: DatabaseSync;
  readonly texts: Map<number, string>;
}

const fromWire = (value: WireValue): SQLInputValue =>
  value.type === 'null' ? null : value.type === 'integer' ? BigInt(value.value) : value.value;

function toWire(value: unknown): WireValue {
  if (value === null || value === undefined) return { type: 'null' };
  if (typeof value === 'bigint') return { type: 'integer', value: String(value) };
  if (typeof value === 'number') return { type: 'float', value };
  return { type: 'text', value: String(value) };
}

function execute({ database, texts }: Stream, { sql, sql_id, args = [] }: WireStatement) {
  const statement = database.prepare(sql ?? texts.get(sql_id ?? -1) ?? '');
  statement.setReadBigInts(true);
  statement.setReturnArrays(true);
  const rows = statement.all(...args.map(fromWire)) as unknown as unknown[][];
  return {
    cols: statement.columns().map(({ name }) => ({ name })),
    rows: rows.map((row) => row.map(toWire)),
    affected_row_count: 0,
    last_insert_rowid: null,
  };
}

const wireError = (error: unknown) => ({
  message: error instanceof Error ? error.message : String(error),
  code: 'SQLITE_ERROR',
});

function batch(stream: Stream, steps: { stmt: WireStatement; condition?: Condition }[]) {
  const results: (ReturnType<typeof execute> | null)[] = [];
  const errors: (ReturnType<typeof wireError> | null)[] = [];
  const holds = (condition: Condition): boolean => {
    if ('step' in condition) return (condition.type === 'ok' ? results : errors)[condition.step] != null;
    if ('cond' in condition) return !holds(condition.cond);
    return condition.type === 'and' ? condition.conds.every(holds) : condition.conds.some(holds);
  };
  for (const { stmt, condition } of steps) {
    let result: ReturnType<typeof execute> | null = null;
    let error: ReturnType<typeof wireError> | null = null;
    if (!condition || holds(condition)) {
      try {
        result = execute(stream, stmt);
      } catch (thrown) {
        error = wireError(thrown);
      }
    }
    results.push(result);
    errors.push(error);
  }
  return { step_results: results, step_errors: errors };
}

function answer(stream: Stream, request: WireRequest): object {
  const { type } = request;
  if (type === 'execute') return { type, result: execute(stream, request.stmt ?? {}) };
  if (type === 'batch') return { type, result: batch(stream, request.batch?.steps ?? []) };
  if (type === 'store_sql') stream.texts.set(request.sql_id ?? -1, request.sql ?? '');
  if (type === 'close_sql') stream.texts.delete(request.sql_id ?? -1);
  if (type === 'sequence') stream.database.exec(request.sql ?? stream.texts.get(request.sql_id ?? -1) ?? '');
  return { type };
}

export interface HranaServer {
  readonly url: string;
  readonly token: string;
  /** From now on requests are taken and never answered. */
  silence(): void;
  close(): Promise<void>;
}

export async function hranaServer(file: string): Promise<HranaServer> {
  const token = randomUUID();
  const streams = new Map<string, Stream>();
  let silent = false;
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    if (silent) return;
    if (request.headers.authorization !== `Bearer ${token}`) return void response.writeHead(401).end();
    if (request.method !== 'POST' || request.url !== '/v2/pipeline') return void response.writeHead(404).end();
    const body = JSON.parse(Buffer.concat(chunks).toString()) as { baton?: string; requests: WireRequest[] };
    const known = body.baton === undefined ? undefined : streams.get(body.baton);
    if (body.baton !== undefined && !known) return void response.writeHead(400).end();
    streams.delete(body.baton ?? '');
    const stream = known ?? { database: new DatabaseSync(file, { timeout: 3_000 }), texts: new Map() };
    const results = body.requests.map((each) => {
      try {
        return { type: 'ok', response: answer(stream, each) };
      } catch (error) {
        return { type: 'error', error: wireError(error) };
      }
    });
    const closed = body.requests.some(({ type }) => type === 'close');
    const baton = closed ? null : randomUUID();
    if (baton === null) stream.database.close();
    else streams.set(baton, stream);
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ baton, base_url: null, results }));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}?authToken=${token}`,
    token,
    silence() {
      silent = true;
    },
    async close() {
      for (const { database } of streams.values()) database.close();
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
