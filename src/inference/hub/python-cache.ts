/** Files that the Python tools of the hub keep under HF_HOME: what lies there for the same commit is copied, not fetched. */
import { constants } from 'node:fs';
import { copyFile, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { HubFile } from './hub-client.ts';

const snapshotOf = (home: string, id: string, commit: string): string =>
  join(home, 'hub', `models--${id.replace('/', '--')}`, 'snapshots', commit);

/** Copies the file to `part`, where a download would lie; its hash is checked like that of one. Tells whether it was there. */
export async function copyFromCache(
  home: string | undefined,
  { id, commit, file, part }: { id: string; commit: string; file: HubFile; part: string },
): Promise<boolean> {
  if (home === undefined) return false;
  const source = join(snapshotOf(home, id, commit), file.name);
  if ((await stat(source).catch(() => undefined))?.size !== file.bytes) return false;
  await copyFile(source, part, constants.COPYFILE_FICLONE);
  return true;
}

/** The token that `hf auth login` leaves there. */
export async function tokenFrom(home: string | undefined): Promise<string | undefined> {
  if (home === undefined) return undefined;
  const token = await readFile(join(home, 'token'), 'utf8').catch(() => '');
  return token.trim() || undefined;
}
