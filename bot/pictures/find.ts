/**
 * The pictures of a message: its attachments, the pictures in its embeds, stickers, forwarded copies, links to listed places,
 * and, where there is nothing else, custom emoji. What is no picture for us is named with the reason.
 */
import type { ImageRef } from '#core/ask.ts';
import type { Attachment, Content, Embed, Message, Sticker } from '../discord/message.ts';
import { rendition } from './rendition.ts';
import type { Skipped, SkipReason } from './skipped.ts';

export interface Found {
  readonly pictures: readonly ImageRef[];
  readonly skipped: readonly Skipped[];
}

/** Where things lie, from the configuration. */
export interface Places {
  /** Origins of Discord's own pictures, the CDN first, then the media proxy. */
  readonly discordCdn: readonly string[];
  /** Origins that links may lead to. */
  readonly imageOrigins: readonly string[];
}

type Holder = Pick<Message, 'id' | 'channel_id'>;
type Finding = ImageRef | Skipped;

/** resources/sticker#sticker-object-sticker-format-types */
const STICKER = { png: 1, apng: 2, lottie: 3, gif: 4 } as const;

export function picturesOf(message: Message, places: Places): Found {
  const contents: Content[] = [message, ...(message.message_snapshots ?? []).map(({ message: copy }) => copy)];
  return found(contents.flatMap((content) => findings(content, message, places)));
}

/** Of a slash command's own attachments, which belong to no message. */
export function picturesAmong(attachments: readonly Attachment[], channelId: string): Found {
  return found(attachments.map((attachment) => ofAttachment(attachment, { id: '', channel_id: channelId })));
}

const isSkipped = (finding: Finding): finding is Skipped => 'reason' in finding;

function found(all: readonly Finding[]): Found {
  const pictures = new Map<string, ImageRef>();
  for (const finding of all) if (!isSkipped(finding)) pictures.set(identityOf(finding), finding);
  return { pictures: [...pictures.values()], skipped: all.filter(isSkipped) };
}

const identityOf = (ref: ImageRef): string => {
  if (ref.kind === 'discord') return ref.attachmentId;
  return ref.kind === 'upload' ? ref.sha256 : ref.url;
};

function findings(content: Content, holder: Holder, places: Places): Finding[] {
  const embedded = content.embeds.flatMap((embed, index) => ofEmbed(embed, index, holder));
  const all = [
    ...content.attachments.map((attachment) => ofAttachment(attachment, holder)),
    ...embedded,
    ...(content.sticker_items ?? []).map((sticker) => ofSticker(sticker, holder, places)),
    ...ofLinks(content, embedded.length > 0, places),
  ];
  return all.some((finding) => !isSkipped(finding)) ? all : [...all, ...ofEmoji(content.content, holder, places)];
}

export function ofAttachment(attachment: Attachment, holder: Holder): Finding {
  const { id, filename, url } = attachment;
  const kind = kindOf(attachment);
  if (kind !== 'image') return { reason: kind, name: filename };
  const smaller = rendition(attachment);
  return {
    kind: 'discord',
    channelId: holder.channel_id,
    messageId: holder.id,
    attachmentId: id,
    url,
    ...(smaller === undefined ? {} : { rendition: smaller }),
  };
}

/** What the sender's client calls it, or its name says. The worker looks at the bytes. */
function kindOf({ content_type, filename }: Attachment): 'image' | Extract<SkipReason, 'video' | 'audio' | 'file'> {
  const type = content_type?.split('/')[0];
  if (type === 'image' || type === 'video' || type === 'audio') return type;
  if (content_type !== undefined && content_type !== 'application/octet-stream') return 'file';
  return /\.(jpe?g|jfif|png|webp|gif|avif)$/i.test(filename) ? 'image' : 'file';
}

function ofEmbed({ image, thumbnail }: Embed, index: number, holder: Holder): ImageRef[] {
  const media = image ?? thumbnail;
  // Discord's own copy: the original lies anywhere.
  const url = media?.proxy_url;
  if (!url || !URL.canParse(url)) return [];
  const attachmentId = `embed:${holder.id}:${index}`;
  return [{ kind: 'discord', channelId: holder.channel_id, messageId: holder.id, attachmentId, url }];
}

function ofSticker({ id, name, format_type }: Sticker, holder: Holder, { discordCdn }: Places): Finding {
  if (format_type === STICKER.lottie) return { reason: 'lottie', name };
  const gif = format_type === STICKER.gif;
  // reference#image-formatting: GIF stickers are served by the media proxy alone.
  const origin = (gif ? discordCdn[1] : undefined) ?? discordCdn[0];
  return {
    kind: 'discord',
    channelId: holder.channel_id,
    messageId: holder.id,
    attachmentId: `sticker:${id}`,
    url: `${origin}/stickers/${id}.${gif ? 'gif' : 'png'}`,
  };
}

const EMOJI = /<(a?):\w+:(\d+)>/g;

function ofEmoji(text: string, holder: Holder, { discordCdn }: Places): ImageRef[] {
  return [...text.matchAll(EMOJI)].map(([, animated, id]) => ({
    kind: 'discord',
    channelId: holder.channel_id,
    messageId: holder.id,
    attachmentId: `emoji:${id}`,
    url: `${discordCdn[0]}/emojis/${id}.${animated ? 'gif' : 'png'}`,
  }));
}

const LINK = /https?:\/\/[^\s<>|]+/g;
const PICTURE_PATH = /\.(jpe?g|jfif|png|webp|gif|avif)$/i;

/** An embed that Discord made of a link shows its picture already. */
function ofLinks({ content }: Content, embedded: boolean, { imageOrigins }: Places): Finding[] {
  return [...content.matchAll(LINK)].flatMap(([text]): Finding[] => {
    const url = URL.parse(text.replace(/[).,!?;:'"\]]+$/, ''));
    if (!url || (!PICTURE_PATH.test(url.pathname) && !imageOrigins.includes(url.origin))) return [];
    if (imageOrigins.includes(url.origin)) return [{ kind: 'link', url: url.href }];
    return embedded ? [] : [{ reason: 'link', name: url.host }];
  });
}
