/** Files as attachments: measured when they are pictures, stored under the path their signed links will have. */
import sharp from 'sharp';
import type { AttachmentRecord } from '../world/records.ts';
import type { World } from '../world/world.ts';

export interface MeasuredFile {
  readonly name: string;
  readonly bytes: Buffer;
  readonly contentType: string;
  readonly width: number | null;
  readonly height: number | null;
}

const TYPES: Readonly<Record<string, string>> = {
  png: 'image/png',
  jpg: 'image/jpeg',
  jpeg: 'image/jpeg',
  webp: 'image/webp',
  gif: 'image/gif',
  avif: 'image/avif',
  svg: 'image/svg+xml',
  txt: 'text/plain; charset=utf-8',
  json: 'application/json; charset=utf-8',
  mp4: 'video/mp4',
  pdf: 'application/pdf',
};

/** Discord goes by the name's ending; what it does not know has no type of its own. */
export const contentTypeOf = (name: string): string =>
  TYPES[name.split('.').at(-1)?.toLowerCase() ?? ''] ?? 'application/octet-stream';

/** Width and height as shown, after the camera's orientation; null for what is no picture. */
export async function measure(name: string, bytes: Buffer): Promise<MeasuredFile> {
  const contentType = contentTypeOf(name);
  const unmeasured = { name, bytes, contentType, width: null, height: null };
  if (!contentType.startsWith('image/')) return unmeasured;
  try {
    const { autoOrient } = await sharp(bytes).metadata();
    return { ...unmeasured, width: autoOrient.width, height: autoOrient.height };
  } catch {
    return unmeasured;
  }
}

/** Names keep letters, digits, dots, dashes and underscores; spaces become underscores, as at Discord. */
const safeName = (name: string): string => name.replaceAll(/\s/g, '_').replaceAll(/[^\w.-]/g, '') || 'unknown';

export function attach(
  world: World,
  holderId: string,
  file: MeasuredFile,
  { description = null, ephemeral = false }: { description?: string | null; ephemeral?: boolean },
): AttachmentRecord {
  const id = world.nextId();
  const name = safeName(file.name);
  const path = `/${ephemeral ? 'ephemeral-attachments' : 'attachments'}/${holderId}/${id}/${name}`;
  const attachment = { ...file, id, name, description: description || null, ephemeral, path };
  world.attachments.set(path, attachment);
  return attachment;
}
