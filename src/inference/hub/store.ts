/** Where pulled models lie: `<data folder>/models/<owner>/<name>/`, beside the lock file that says what each file has to be. */
import { join } from 'node:path';
import { SightlineError } from '#core/errors.ts';

/** `owner/name` as a hub allows it: no path can be built of it that leads elsewhere. */
const HUB_ID = /^[A-Za-z0-9][\w.-]{0,95}\/[A-Za-z0-9][\w.-]{0,95}$/;
/** A file of a repository, below its folder. */
const FILE = /^(?!.*\.\.)[\w][\w./ -]*$/;

/** @throws SightlineError `bad_request` */
export function checkedHubId(id: string): string {
  if (HUB_ID.test(id) && !id.includes('..')) return id;
  throw new SightlineError('bad_request', { detail: `"${id}" is no name of a hub model; they look like owner/name` });
}

/** @throws SightlineError `hub_model_unsupported` */
export function checkedFile(id: string, file: string): string {
  if (FILE.test(file)) return file;
  throw new SightlineError('hub_model_unsupported', { detail: `${id} has a file named ${JSON.stringify(file)}` });
}

export const modelsFolder = (dataDir: string): string => join(dataDir, 'models');
export const lockFile = (dataDir: string): string => join(modelsFolder(dataDir), 'lock.json');
export const choiceFile = (dataDir: string): string => join(modelsFolder(dataDir), 'use.json');
export const folderOf = (dataDir: string, id: string): string => join(modelsFolder(dataDir), checkedHubId(id));
