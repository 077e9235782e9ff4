/**
 * A Discord message as far as the bot reads one, parsed where it comes in: from the gateway, from REST, or resolved in an
 * interaction. Field names are Discord's (resources/message#message-object).
 */
import { z } from 'zod';

/** A part that Discord has changed hides neither the others nor the message. */
const readable = <T extends z.ZodType>(part: T) =>
  z.array(z.unknown()).transform((parts) =>
    parts.flatMap((raw): z.infer<T>[] => {
      const parsed = part.safeParse(raw);
      return parsed.success ? [parsed.data] : [];
    }),
  );

export const Attachment = z.object({
  id: z.string(),
  filename: z.string(),
  content_type: z.string().optional(),
  size: z.number(),
  url: z.url(),
  proxy_url: z.url().optional(),
  width: z.number().nullish(),
  height: z.number().nullish(),
  description: z.string().nullish(),
});
export type Attachment = z.infer<typeof Attachment>;

const EmbedMedia = z.object({
  url: z.string(),
  proxy_url: z.string().optional(),
  width: z.number().nullish(),
  height: z.number().nullish(),
});
export const Embed = z.object({
  type: z.string().optional(),
  url: z.string().nullish(),
  image: EmbedMedia.optional(),
  thumbnail: EmbedMedia.optional(),
});
export type Embed = z.infer<typeof Embed>;

export const Sticker = z.object({ id: z.string(), name: z.string(), format_type: z.number() });
export type Sticker = z.infer<typeof Sticker>;

/** What can hold pictures: a message, or the copy of one that was forwarded. */
const Content = z.object({
  content: z.string().default(''),
  attachments: readable(Attachment).default([]),
  embeds: readable(Embed).default([]),
  sticker_items: readable(Sticker).optional(),
});
export type Content = z.infer<typeof Content>;

const User = z.object({ id: z.string(), username: z.string().default(''), bot: z.boolean().optional() });

const SingleMessage = Content.extend({
  id: z.string(),
  channel_id: z.string(),
  guild_id: z.string().optional(),
  author: User,
  type: z.number().default(0),
  flags: z.number().optional(),
  webhook_id: z.string().optional(),
  mentions: z.array(z.object({ id: z.string() })).default([]),
  message_reference: z
    .object({ type: z.number().optional(), message_id: z.string().optional(), channel_id: z.string().optional() })
    .optional(),
  message_snapshots: readable(z.object({ message: Content })).optional(),
  interaction_metadata: z.object({ id: z.string(), user: z.object({ id: z.string() }) }).optional(),
  member: z.object({ roles: z.array(z.string()).default([]) }).optional(),
  poll: z.unknown().optional(),
});

/** `referenced_message` is null when the message that was replied to is gone, and missing when Discord did not look. */
export const Message = SingleMessage.extend({ referenced_message: SingleMessage.nullish() });
export type Message = z.infer<typeof Message>;
