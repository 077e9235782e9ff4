/**
 * What a person has chosen for their own pictures and feedback, and in which servers they let their pictures be described
 * without being asked. Who has chosen nothing has no row.
 */
import { z } from 'zod';
import type { Sql } from './sql.ts';

export interface Choices {
  /** No automatic description of my pictures, in any server. */
  readonly noAutoAlt: boolean;
  /** Nobody may have my pictures described without asking me. */
  readonly askMe: boolean;
  /** Whether what I think of answers may be kept; undefined: not asked yet. */
  readonly feedback: 'yes' | 'no' | undefined;
}

export const NO_CHOICES: Choices = { noAutoAlt: false, askMe: false, feedback: undefined };

export interface PeopleStore {
  choices(userId: string): Promise<Choices>;
  /** Consent that is taken back takes what was kept along. */
  choose(userId: string, choices: Choices): Promise<void>;
  /** "Always" of an author, for one server. */
  permits(userId: string, guildId: string): Promise<boolean>;
  permit(userId: string, guildId: string, at: number): Promise<void>;
  /** In every server. */
  withdraw(userId: string): Promise<void>;
}

const ChoiceRow = z.object({ no_auto_alt: z.number(), ask_me: z.number(), feedback: z.enum(['yes', 'no']).nullable() });

export const choicesOf = (row: unknown): Choices => {
  if (row === undefined) return NO_CHOICES;
  const { no_auto_alt, ask_me, feedback } = ChoiceRow.parse(row);
  return { noAutoAlt: no_auto_alt === 1, askMe: ask_me === 1, feedback: feedback ?? undefined };
};

export function createPeopleStore(sql: Sql): PeopleStore {
  const choices = async (userId: string): Promise<Choices> => {
    const [rows] = await sql.read([{ sql: 'SELECT * FROM people WHERE user_id = ?', args: [userId] }]);
    return choicesOf(rows?.[0]);
  };
  return {
    choices,
    async choose(userId, { noAutoAlt, askMe, feedback }) {
      const before = await choices(userId);
      const chosen = noAutoAlt || askMe || feedback !== undefined;
      const row = chosen
        ? {
            sql: 'INSERT OR REPLACE INTO people (user_id, no_auto_alt, ask_me, feedback) VALUES (?, ?, ?, ?)',
            args: [userId, Number(noAutoAlt), Number(askMe), feedback ?? null],
          }
        : { sql: 'DELETE FROM people WHERE user_id = ?', args: [userId] };
      const withdrawn = before.feedback === 'yes' && feedback !== 'yes';
      await sql.write([row, ...(withdrawn ? [{ sql: 'DELETE FROM feedback WHERE user_id = ?', args: [userId] }] : [])]);
      if (withdrawn) await sql.scrub();
    },
    async permits(userId, guildId) {
      const [rows] = await sql.read([
        { sql: 'SELECT 1 FROM permissions WHERE user_id = ? AND guild_id = ?', args: [userId, guildId] },
      ]);
      return rows?.length === 1;
    },
    async permit(userId, guildId, at) {
      await sql.write([
        {
          sql: 'INSERT OR IGNORE INTO permissions (user_id, guild_id, given_at) VALUES (?, ?, ?)',
          args: [userId, guildId, at],
        },
      ]);
    },
    async withdraw(userId) {
      await sql.write([{ sql: 'DELETE FROM permissions WHERE user_id = ?', args: [userId] }]);
    },
  };
}
