/**
 * A picture's bytes from where a person has them: a file, a data URL, or a stream such as standard input. Each stops
 * reading at the byte limit.
 * @throws SightlineError `image_not_found`, `image_too_many_bytes`, `bad_request`
 */
import { open } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { SightlineError } from '#core/errors.ts';
import { checkByteLength } from './picture.ts';

export async function bytesFromFile(path: string): Promise<Uint8Array> {
  try {
    await using file = await open(path);
    const stats = await file.stat();
    if (stats.isDirectory()) throw new SightlineError('image_not_found', { detail: `${path} (a folder)` });
    checkByteLength(stats.size);
    // A pipe or device has no size: it is read as a stream, with the limit counted.
    if (!stats.isFile()) return await bytesFromStream(file.createReadStream({ autoClose: false }));
    return await file.readFile();
  } catch (cause) {
    if (cause instanceof SightlineError) throw cause;
    throw new SightlineError('image_not_found', { detail: path, cause });
  }
}

export async function bytesFromStream(stream: Readable): Promise<Uint8Array> {
  const chunks: Buffer[] = [];
  let byteLength = 0;
  for await (const chunk of stream) {
    const bytes = Buffer.from(chunk);
    byteLength += bytes.length;
    checkByteLength(byteLength);
    chunks.push(bytes);
  }
  return Buffer.concat(chunks);
}

/** Not in base64 of either alphabet, which may be in lines; nor does anything follow its padding. Node would skip it. */
const NOT_BASE64 = /[^\w+/=\s-]|=\s*[^=\s]/;

/** The declared type is not looked at: content decides. */
export function bytesFromDataUrl(url: string): Uint8Array {
  const comma = url.indexOf(',');
  if (!/^data:/i.test(url) || comma < 0) {
    throw new SightlineError('bad_request', {
      detail: 'a data URL starts with "data:" and has a comma before its data',
    });
  }
  const base64 = /;\s*base64\s*$/i.test(url.slice(0, comma));
  // Four characters carry three bytes; a percent-encoded byte has at most three characters.
  checkByteLength(Math.floor((url.length - comma) / (base64 ? 4 / 3 : 3)) - 3);
  const data = percentDecoded(url.slice(comma + 1));
  if (base64 && NOT_BASE64.test(data.toString('latin1'))) {
    throw new SightlineError('bad_request', { detail: 'the data URL is not valid base64' });
  }
  const bytes = base64 ? Buffer.from(data.toString('latin1'), 'base64') : data;
  checkByteLength(bytes.length);
  return bytes;
}

function percentDecoded(text: string): Buffer {
  if (!text.includes('%')) return Buffer.from(text, 'latin1');
  const decoded = text.replace(/%([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return Buffer.from(decoded, 'latin1');
}

/** What a person types for a picture: `-` for the given stream, a data URL, or a path. */
export function bytesFrom(source: string, standardInput: Readable): Promise<Uint8Array> {
  if (source === '-') return bytesFromStream(standardInput);
  // A data URL is small talk to no disk, but its errors must reject like the others'.
  if (/^data:/i.test(source)) return Promise.resolve().then(() => bytesFromDataUrl(source));
  return bytesFromFile(source);
}

/** For messages: a data URL is not repeated in full. */
export const nameOfSource = (source: string): string => {
  if (source === '-') return 'standard input';
  return /^data:/i.test(source) ? 'the data URL' : source;
};
