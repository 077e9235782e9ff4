/**
 * The address of a smaller copy of an attachment, made by Discord's media proxy: a photo of 12 megapixels costs more to decode
 * than to answer about (DESIGN §3.6). Undefined where there is none, or where it would gain nothing.
 */
import type { Attachment } from '../discord/message.ts';

/** Longest side: lettering stays readable and drawings sharp, and the decoder shrinks it further at no cost. */
const SIDE = 1_024;
/** What the proxy scales. An animation is left alone: its first frame is what is looked at. */
const SCALED = new Set(['image/jpeg', 'image/png', 'image/webp']);

export function rendition({ content_type, proxy_url, width, height }: Attachment): string | undefined {
  if (!proxy_url || !width || !height || !SCALED.has(content_type ?? '')) return undefined;
  const scale = SIDE / Math.max(width, height);
  if (scale >= 1) return undefined;
  const url = new URL(proxy_url);
  url.searchParams.set('width', String(Math.max(1, Math.round(width * scale))));
  url.searchParams.set('height', String(Math.max(1, Math.round(height * scale))));
  return url.href;
}
