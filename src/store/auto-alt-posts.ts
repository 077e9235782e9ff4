/** Which message of the bot describes the pictures of which message, so that it goes when they go or are described. */
import { z } from 'zod';
import type { Sql } from './sql.ts';

export const AutoAltPost = z.object({
  /** Of the person's message with the pictures. */
  messageId: z.string(),
  /** Of the bot's message that describes them. */
  postId: z.string(),
  channelId: z.string(),
  guildId: z.string(),
  authorId: z.string(),
  /** The attachments that it describes. */
  pictures: z.array(z.string()),
  postedAt: z.number().int(),
});
export type AutoAltPost = z.infer<typeof AutoAltPost>;

/** As it lies in the database: the list as JSON. */
export const AutoAltPostRow = AutoAltPost.extend({
  pictures: z.string().transform((text) => z.array(z.string()).parse(JSON.parse(text))),
});

export const POST_COLUMNS = `message_id AS messageId, post_id AS postId, channel_id AS channelId, guild_id AS guildId,
  author_id AS authorId, pictures, posted_at AS postedAt`;

export interface AutoAltPosts {
  record(post: AutoAltPost): Promise<void>;
  of(messageId: string): Promise<AutoAltPost | undefined>;
  remove(messageId: string): Promise<void>;
}

export function createAutoAltPosts(sql: Sql): AutoAltPosts {
  return {
    async record(post) {
      const { messageId, postId, channelId, guildId, authorId, pictures, postedAt } = AutoAltPost.parse(post);
      await sql.write([
        {
          sql: `INSERT OR REPLACE INTO auto_alt_posts 
                  (message_id, post_id, channel_id, guild_id, author_id, pictures, posted_at)
                VALUES (?, ?, ?, ?, ?, ?, ?)`,
          args: [messageId, postId, channelId, guildId, authorId, JSON.stringify(pictures), postedAt],
        },
      ]);
    },
    async of(messageId) {
      const [rows] = await sql.read([
        { sql: `SELECT ${POST_COLUMNS} FROM auto_alt_posts WHERE message_id = ?`, args: [messageId] },
      ]);
      return AutoAltPostRow.optional().parse(rows?.[0]);
    },
    async remove(messageId) {
      await sql.write([{ sql: 'DELETE FROM auto_alt_posts WHERE message_id = ?', args: [messageId] }]);
    },
  };
}
