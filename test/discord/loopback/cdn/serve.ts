/** Serves files: attachments while their link is valid, emoji, stickers, default avatars; on the media proxy resized on request. */
import type { ServerResponse } from 'node:http';
import sharp, { type ResizeOptions } from 'sharp';
import type { World } from '../world/world.ts';
import { isValid } from './links.ts';

interface Served {
  readonly bytes: Buffer;
  readonly contentType: string;
}

const FORMATS = {
  webp: 'image/webp',
  png: 'image/png',
  jpg: 'image/jpeg',
  jpeg: 'image/jpeg',
  gif: 'image/gif',
} as const;
type Format = keyof typeof FORMATS;
const isFormat = (text: string | null | undefined): text is Format =>
  text !== null && text !== undefined && text in FORMATS;

async function convert(
  bytes: Buffer,
  format: Format | null,
  width: number | null,
  height: number | null,
): Promise<Buffer> {
  const picture = sharp(bytes).autoOrient();
  const sized =
    width === null && height === null
      ? picture
      : picture.resize({ width, height, fit: 'inside', withoutEnlargement: true } as ResizeOptions);
  return await (format === null ? sized : sized.toFormat(format === 'jpg' ? 'jpeg' : format)).toBuffer();
}

/** The proxy makes renditions of pictures; what is none it does not serve. */
async function rendition(file: Served, query: URLSearchParams): Promise<Served | null> {
  if (!file.contentType.startsWith('image/')) return null;
  const number = (key: string) => (query.has(key) ? Number(query.get(key)) : null);
  const asked = query.get('format');
  const format = isFormat(asked) ? asked : null;
  const [width, height] = [number('width'), number('height')];
  if (format === null && width === null && height === null) return file;
  try {
    const bytes = await convert(file.bytes, format, width, height);
    return { bytes, contentType: format === null ? file.contentType : FORMATS[format] };
  } catch {
    return null;
  }
}

/** Emoji come in the format their ending asks for; stickers as they are, Lottie ones as JSON only. */
async function emojiOrSticker(world: World, path: string): Promise<Served | null> {
  const [, kind, id, ending] = /^\/(emojis|stickers)\/(\d+)\.(\w+)$/.exec(path) ?? [];
  for (const guild of world.guilds.values()) {
    const emoji = kind === 'emojis' ? guild.emojis.get(id ?? '') : undefined;
    if (emoji && isFormat(ending)) {
      return { bytes: await convert(emoji.bytes, ending, null, null), contentType: FORMATS[ending] };
    }
    const sticker = kind === 'stickers' ? guild.stickers.get(id ?? '') : undefined;
    if (sticker && ending === STICKER_ENDINGS[sticker.format]) {
      return { bytes: sticker.bytes, contentType: ending === 'json' ? 'application/json' : `image/${ending}` };
    }
  }
  return null;
}

const STICKER_ENDINGS = { 1: 'png', 2: 'png', 3: 'json', 4: 'gif' } as const;

export async function serveFile(world: World, response: ServerResponse, url: URL, proxied: boolean): Promise<void> {
  const attachment = world.attachments.get(decodeURIComponent(url.pathname));
  const valid = attachment !== undefined && isValid(world, attachment.path, url.searchParams);
  const file = valid ? attachment : (world.elsewhere.get(url.pathname) ?? (await emojiOrSticker(world, url.pathname)));
  const served = file && proxied ? await rendition(file, url.searchParams) : file;
  if (file && !served) {
    response.writeHead(415, { 'Content-Type': 'text/plain' }).end('Unsupported media type');
  } else if (!served) {
    response.writeHead(404, { 'Content-Type': 'text/plain' }).end('This content is no longer available.');
  } else {
    response
      .writeHead(200, { 'Content-Type': served.contentType, 'Content-Length': served.bytes.length })
      .end(served.bytes);
  }
}
