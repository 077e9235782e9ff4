/**
 * The few things the store asks of a database, and how a libSQL client does them. A `read` sees one moment; a `write` is
 * done whole or not at all. Rows come as plain objects, so that they can cross a thread.
 */
import type { Client, InStatement, ResultSet } from '@libsql/client';

export type Value = string | number | null;

export interface Statement {
  readonly sql: string;
  readonly args?: readonly Value[];
}

/** Parsed by whoever asked: what a database holds is input like any other. */
export type Row = Readonly<Record<string, unknown>>;

export interface Sql {
  /** The rows of each statement. */
  read(statements: readonly Statement[]): Promise<Row[][]>;
  write(statements: readonly Statement[]): Promise<Row[][]>;
  /** Leaves nothing readable of deleted rows, as far as this database can. */
  scrub(): Promise<void>;
  close(): Promise<void>;
}

const statement = ({ sql, args = [] }: Statement): InStatement => ({ sql, args: [...args] });

const rowsOf = ({ columns, rows }: ResultSet): Row[] =>
  rows.map((row) => Object.fromEntries(columns.map((column, i) => [column, row[i]])));

export function overClient(client: Client, scrub: () => Promise<void>): Sql {
  const batch = async (mode: 'read' | 'write', statements: readonly Statement[]) =>
    (await client.batch(statements.map(statement), mode)).map(rowsOf);
  return {
    read: (statements) => batch('read', statements),
    write: (statements) => batch('write', statements),
    scrub,
    close: async () => client.close(),
  };
}
