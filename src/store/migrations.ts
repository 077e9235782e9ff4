/**
 * The tables, as numbered steps that are only ever added to. Each step is one transaction that begins by claiming its
 * number, so of two processes that start together one does it and the other finds it done.
 * @throws SightlineError `store_failed` where the database was made by a newer Sightline
 */
import { z } from 'zod';
import { SightlineError } from '#core/errors.ts';
import type { Sql } from './sql.ts';

const STEPS: readonly (readonly string[])[] = [
  [
    'CREATE TABLE guild_settings (guild_id TEXT PRIMARY KEY, settings TEXT NOT NULL) WITHOUT ROWID',
    `CREATE TABLE channel_settings (
       guild_id TEXT NOT NULL, channel_id TEXT NOT NULL, settings TEXT NOT NULL, PRIMARY KEY (guild_id, channel_id)
     ) WITHOUT ROWID`,
    `CREATE TABLE people (
       user_id TEXT PRIMARY KEY, no_auto_alt INTEGER NOT NULL, ask_me INTEGER NOT NULL,
       feedback TEXT CHECK (feedback IN ('yes', 'no'))
     ) WITHOUT ROWID`,
    `CREATE TABLE permissions (
       user_id TEXT NOT NULL, guild_id TEXT NOT NULL, given_at INTEGER NOT NULL, PRIMARY KEY (user_id, guild_id)
     ) WITHOUT ROWID`,
    'CREATE INDEX permissions_by_guild ON permissions (guild_id)',
    `CREATE TABLE feedback (
       user_id TEXT NOT NULL, request_id TEXT NOT NULL, guild_id TEXT, vote TEXT NOT NULL, task TEXT NOT NULL,
       question TEXT NOT NULL, answer TEXT NOT NULL, model_id TEXT NOT NULL, confidence REAL NOT NULL,
       given_at INTEGER NOT NULL, PRIMARY KEY (user_id, request_id)
     ) WITHOUT ROWID`,
    'CREATE INDEX feedback_by_guild ON feedback (guild_id)',
    `CREATE TABLE auto_alt_posts (
       message_id TEXT PRIMARY KEY, post_id TEXT NOT NULL, channel_id TEXT NOT NULL, guild_id TEXT NOT NULL,
       author_id TEXT NOT NULL, pictures TEXT NOT NULL, posted_at INTEGER NOT NULL
     ) WITHOUT ROWID`,
    'CREATE INDEX auto_alt_posts_by_author ON auto_alt_posts (author_id)',
    'CREATE INDEX auto_alt_posts_by_guild ON auto_alt_posts (guild_id)',
  ],
];

const Version = z.tuple([z.tuple([z.object({ version: z.number().int() })])]);

export async function migrate(sql: Sql, steps: readonly (readonly string[])[] = STEPS): Promise<void> {
  await sql.write([{ sql: 'CREATE TABLE IF NOT EXISTS migrations (version INTEGER PRIMARY KEY)' }]);
  for (let version = await versionOf(sql); version < steps.length; version = await versionOf(sql)) {
    const claim = { sql: 'INSERT INTO migrations (version) VALUES (?)', args: [version + 1] };
    try {
      await sql.write([claim, ...(steps[version] ?? []).map((step) => ({ sql: step }))]);
    } catch (error) {
      // Another process may have been quicker.
      if ((await versionOf(sql)) <= version) throw error;
    }
  }
  if ((await versionOf(sql)) > steps.length) {
    throw new SightlineError('store_failed', { detail: 'it was made by a newer version of Sightline' });
  }
}

async function versionOf(sql: Sql): Promise<number> {
  const rows = await sql.read([{ sql: 'SELECT coalesce(max(version), 0) AS version FROM migrations' }]);
  return Version.parse(rows)[0][0].version;
}
