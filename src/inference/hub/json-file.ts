/** A JSON file of ours in the data folder: read through its schema, written so that a reader never sees half of it. */
import { randomUUID } from 'node:crypto';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { z } from 'zod';
import { SightlineError } from '#core/errors.ts';

/** @throws SightlineError `bad_configuration` for a file that is not what we wrote */
export async function readJsonFile<T extends z.ZodType>(
  path: string,
  schema: T,
  missing: z.infer<T>,
): Promise<z.infer<T>> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return missing;
    throw error;
  }
  try {
    return schema.parse(JSON.parse(text));
  } catch (cause) {
    throw new SightlineError('bad_configuration', { detail: `${path} is damaged; delete it and pull again`, cause });
  }
}

export async function writeJsonFile(path: string, value: unknown): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const fresh = `${path}.${randomUUID()}`;
  try {
    await writeFile(fresh, `${JSON.stringify(value, null, 2)}\n`);
    await rename(fresh, path);
  } catch (error) {
    await rm(fresh, { force: true });
    throw error;
  }
}
