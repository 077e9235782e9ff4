/**
 * The lock file: of every pulled model the commit and the hash of each file, written by the first pull. Every later pull and
 * load is held to it, so a hub that changes its mind changes nothing here.
 */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { z } from 'zod';
import { Sha256 } from '#core/ask.ts';
import { SightlineError } from '#core/errors.ts';
import { readJsonFile, writeJsonFile } from './json-file.ts';
import { folderOf, lockFile } from './store.ts';

const LockedFile = z.object({ sha256: Sha256, bytes: z.number().int().min(0) });
export type LockedFile = z.infer<typeof LockedFile>;

const LockedModel = z.object({
  commit: z.string().regex(/^[0-9a-f]{40}$/),
  licence: z.string(),
  /** Where it came from. */
  endpoint: z.string(),
  files: z.record(z.string(), LockedFile),
});
export type LockedModel = z.infer<typeof LockedModel>;

const Lock = z.object({ version: z.literal(1), models: z.record(z.string(), LockedModel) });
export type Lock = z.infer<typeof Lock>;

export const readLock = (dataDir: string): Promise<Lock> =>
  readJsonFile(lockFile(dataDir), Lock, { version: 1, models: {} });

/** Adds or replaces one model, or forgets it. */
export async function lockModel(dataDir: string, id: string, model: LockedModel | undefined): Promise<void> {
  const { models } = await readLock(dataDir);
  const others = Object.entries(models).filter(([other]) => other !== id);
  const all = model ? [...others, [id, model] as const] : others;
  await writeJsonFile(lockFile(dataDir), { version: 1, models: Object.fromEntries(all) } satisfies Lock);
}

/** @throws SightlineError `hub_model_missing` */
export async function lockedModel(dataDir: string, id: string): Promise<LockedModel> {
  const { models } = await readLock(dataDir);
  const locked = Object.hasOwn(models, id) ? models[id] : undefined;
  if (!locked) throw new SightlineError('hub_model_missing', { detail: id });
  return locked;
}

export async function sha256Of(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
}

/**
 * Holds files on disk to the lock.
 * @throws SightlineError `hub_model_missing`, `hub_file_changed` naming the file
 */
export async function verifyLocked(dataDir: string, id: string, names: readonly string[]): Promise<void> {
  const { files } = await lockedModel(dataDir, id);
  for (const name of names) {
    const path = join(folderOf(dataDir, id), name);
    const there = await stat(path).catch(() => undefined);
    if (!there) throw new SightlineError('hub_model_missing', { detail: id, cause: new Error(`${name} is missing`) });
    // The size first: of a file cut off it saves reading gigabytes.
    const same = there.size === files[name]?.bytes && (await sha256Of(path)) === files[name]?.sha256;
    if (!same) throw new SightlineError('hub_file_changed', { detail: `${id}, ${name}` });
  }
}
