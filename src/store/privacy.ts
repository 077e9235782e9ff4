/**
 * Everything about one person, given to them or deleted; what a server leaves behind when the bot leaves it; and what has
 * been kept for long enough. Deletion ends with a scrub, so that the file holds no copy either.
 */
import { z } from 'zod';
import { type AutoAltPost, AutoAltPostRow, POST_COLUMNS } from './auto-alt-posts.ts';
import { FEEDBACK_COLUMNS, FEEDBACK_DAYS, Feedback } from './feedback.ts';
import { type Choices, choicesOf } from './people.ts';
import { DEFAULT_GUILD_SETTINGS } from './settings.ts';
import type { Sql, Statement } from './sql.ts';

const Permission = z.object({ guildId: z.string(), givenAt: z.number().int() });

export interface PersonExport {
  readonly userId: string;
  readonly choices: Choices;
  readonly permissions: readonly z.infer<typeof Permission>[];
  readonly feedback: readonly Feedback[];
  readonly autoAltPosts: readonly AutoAltPost[];
}

export interface PrivacyStore {
  exportUser(userId: string): Promise<PersonExport>;
  /** @param keepChoices leaves the opt-outs: without them their pictures may be described again */
  deleteUser(userId: string, options?: { readonly keepChoices?: boolean }): Promise<void>;
  deleteGuild(guildId: string): Promise<void>;
  /** Deletes what is older than each server keeps it; says how many rows that were. */
  deleteOld(now: number): Promise<number>;
}

const DAY_MS = 86_400_000;
const AUTO_ALT_DAYS = `coalesce((SELECT json_extract(settings, '$.retention.autoAltDays') FROM guild_settings
  WHERE guild_settings.guild_id = auto_alt_posts.guild_id), ${DEFAULT_GUILD_SETTINGS.retention.autoAltDays})`;

export function createPrivacyStore(sql: Sql): PrivacyStore {
  const about = (userId: string, ...texts: string[]): Statement[] =>
    texts.map((text) => ({ sql: text, args: [userId] }));
  return {
    async exportUser(userId) {
      const [people, permissions, feedback, posts] = await sql.read(
        about(
          userId,
          'SELECT * FROM people WHERE user_id = ?',
          'SELECT guild_id AS guildId, given_at AS givenAt FROM permissions WHERE user_id = ? ORDER BY givenAt',
          `SELECT ${FEEDBACK_COLUMNS} FROM feedback WHERE user_id = ? ORDER BY givenAt`,
          `SELECT ${POST_COLUMNS} FROM auto_alt_posts WHERE author_id = ? ORDER BY postedAt`,
        ),
      );
      return {
        userId,
        choices: choicesOf(people?.[0]),
        permissions: z.array(Permission).parse(permissions),
        feedback: z.array(Feedback).parse(feedback),
        autoAltPosts: z.array(AutoAltPostRow).parse(posts),
      };
    },
    async deleteUser(userId, { keepChoices = false } = {}) {
      await sql.write(
        about(
          userId,
          ...(keepChoices ? [] : ['DELETE FROM people WHERE user_id = ?']),
          'DELETE FROM permissions WHERE user_id = ?',
          'DELETE FROM feedback WHERE user_id = ?',
          'DELETE FROM auto_alt_posts WHERE author_id = ?',
        ),
      );
      await sql.scrub();
    },
    async deleteGuild(guildId) {
      await sql.write(
        about(
          guildId,
          'DELETE FROM guild_settings WHERE guild_id = ?',
          'DELETE FROM channel_settings WHERE guild_id = ?',
          'DELETE FROM permissions WHERE guild_id = ?',
          'DELETE FROM feedback WHERE guild_id = ?',
          'DELETE FROM auto_alt_posts WHERE guild_id = ?',
        ),
      );
      await sql.scrub();
    },
    async deleteOld(now) {
      const deleted = await sql.write([
        { sql: `DELETE FROM feedback WHERE given_at <= ? - ${DAY_MS} * ${FEEDBACK_DAYS} RETURNING 1`, args: [now] },
        {
          sql: `DELETE FROM auto_alt_posts WHERE posted_at <= ? - ${DAY_MS} * ${AUTO_ALT_DAYS} RETURNING 1`,
          args: [now],
        },
      ]);
      const rows = deleted.flat().length;
      if (rows > 0) await sql.scrub();
      return rows;
    },
  };
}
