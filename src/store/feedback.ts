/**
 * What people think of answers. The statement that keeps a vote looks for the person's consent itself, so that no caller
 * can forget to; a server may want none kept (`retention.feedbackDays` of 0).
 */
import { z } from 'zod';
import { RequestId } from '#core/ask.ts';
import { Task } from '#core/task.ts';
import { DEFAULT_GUILD_SETTINGS } from './settings.ts';
import type { Sql } from './sql.ts';

/** All that is kept of a vote; never the picture. */
export const Feedback = z.object({
  userId: z.string(),
  requestId: RequestId,
  /** Null in direct messages. */
  guildId: z.string().nullable(),
  vote: z.enum(['up', 'down']),
  task: Task,
  question: z.string(),
  answer: z.string(),
  modelId: z.string(),
  confidence: z.number(),
  /** Milliseconds since the epoch. */
  givenAt: z.number().int(),
});
export type Feedback = z.infer<typeof Feedback>;

export const FEEDBACK_COLUMNS = `user_id AS userId, request_id AS requestId, guild_id AS guildId, vote, task, question,
  answer, model_id AS modelId, confidence, given_at AS givenAt`;

/** Days that feedback of the row `feedback` is kept, as its server wants it. */
export const FEEDBACK_DAYS = `coalesce((SELECT json_extract(settings, '$.retention.feedbackDays') FROM guild_settings
  WHERE guild_settings.guild_id = feedback.guild_id), ${DEFAULT_GUILD_SETTINGS.retention.feedbackDays})`;

export interface FeedbackStore {
  /** A second vote on the same answer replaces the first. False: there is no consent, and nothing was kept. */
  keep(feedback: Feedback): Promise<boolean>;
}

export function createFeedbackStore(sql: Sql): FeedbackStore {
  return {
    async keep(feedback) {
      const f = Feedback.parse(feedback);
      const [kept] = await sql.write([
        {
          sql: `INSERT OR REPLACE INTO feedback
                  (user_id, request_id, guild_id, vote, task, question, answer, model_id, confidence, given_at)
                SELECT * FROM (SELECT ? AS user_id, ?, ? AS guild_id, ?, ?, ?, ?, ?, ?, ?) AS feedback
                WHERE EXISTS (SELECT 1 FROM people WHERE people.user_id = feedback.user_id AND people.feedback = 'yes')
                  AND ${FEEDBACK_DAYS} > 0
                RETURNING 1`,
          args: [
            ...[f.userId, f.requestId, f.guildId, f.vote, f.task, f.question, f.answer, f.modelId],
            ...[f.confidence, f.givenAt],
          ],
        },
      ]);
      return kept?.length === 1;
    },
  };
}
