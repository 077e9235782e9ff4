/**
 * Brings a model from the hub into the data folder and locks it. The first pull writes commit and hashes; a later one fetches
 * what is missing or damaged at that commit and is held to those hashes. The lock is written last, so a pull that broke off
 * leaves no model that could be loaded.
 */
import { mkdir, readFile, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { SightlineError } from '#core/errors.ts';
import { checkDisk, type FreeBytes } from './disk.ts';
import { downloadFile, partOf } from './download.ts';
import { chooseDtypes, type Dtype, graphFile } from './dtypes.ts';
import { architectureOf } from './families.ts';
import { type HubAccess, type HubFile, type HubModel, modelInfo } from './hub-client.ts';
import { checkLicence } from './licence.ts';
import { HubConfig } from './load.ts';
import { type LockedFile, type LockedModel, lockModel, readLock, sha256Of } from './lock.ts';
import { copyFromCache } from './python-cache.ts';
import { checkedHubId, folderOf, modelsFolder } from './store.ts';

export interface PullOptions {
  readonly access: HubAccess;
  readonly dataDir: string;
  readonly dtype?: string | undefined;
  readonly device: string;
  /** The hub's newest instead of the locked commit. */
  readonly update?: boolean;
  readonly licenceAccepted?: boolean;
  readonly hfHome?: string | undefined;
  readonly onProgress?: (progress: PullProgress) => void;
  readonly signal?: AbortSignal;
  readonly freeBytes?: FreeBytes;
}

export interface PullProgress {
  readonly file: string;
  readonly doneBytes: number;
  readonly totalBytes: number;
}

export interface Pulled {
  readonly id: string;
  readonly model: LockedModel;
  readonly dtypes: Readonly<Record<string, Dtype>>;
  /** Of what was fetched now; 0 when all was there. */
  readonly fetchedBytes: number;
}

/** Beside the graphs; what a repository lacks of these it does without. */
const SMALL_FILES = new Set([
  'config.json',
  'generation_config.json',
  'preprocessor_config.json',
  'processor_config.json',
  'tokenizer.json',
  'tokenizer_config.json',
  'chat_template.jinja',
  'LICENSE',
]);
const NEEDED = ['config.json', 'preprocessor_config.json', 'tokenizer.json', 'tokenizer_config.json'];
/** The largest of them are tokenizers with some tens of megabytes; more than this is no such file. */
const SMALL_BYTES = 256 * 1024 * 1024;

export async function pullModel(name: string, options: PullOptions): Promise<Pulled> {
  const { access, dataDir, update = false, licenceAccepted = false, signal } = options;
  const id = checkedHubId(name);
  const before = (await readLock(dataDir)).models[id];
  const held = update ? undefined : before;
  const hub = await modelInfo(access, id, held?.commit ?? 'main', signal);
  const commit = held?.commit ?? hub.commit;
  if (!held) checkLicence(id, hub.licence, licenceAccepted);
  const got: Record<string, LockedFile> = {};
  const run = { id, commit, held, options, got, fetchedBytes: 0 };

  await fetchAll(run, smallFiles(id, hub));
  const config = HubConfig.parse(JSON.parse(await readFile(join(folderOf(dataDir, id), 'config.json'), 'utf8')));
  const { graphs } = architectureOf(id, config.model_type);
  const names = new Set(hub.files.map((file) => file.name));
  const dtypes = chooseDtypes({ id, graphs, files: names, wanted: options.dtype, device: options.device });
  const wanted = Object.entries(dtypes).map(([graph, dtype]) => graphFile(graph, dtype));
  // `<graph>.onnx` and, of large ones, `<graph>.onnx_data`.
  await fetchAll(
    run,
    hub.files.filter((file) => wanted.some((path) => file.name === path || file.name.startsWith(`${path}_data`))),
  );
  const model: LockedModel = {
    commit,
    licence: held?.licence ?? hub.licence ?? 'not stated',
    endpoint: held?.endpoint ?? access.endpoint,
    files: { ...held?.files, ...got },
  };
  await lockModel(dataDir, id, model);
  return { id, model, dtypes, fetchedBytes: run.fetchedBytes };
}

function smallFiles(id: string, { files }: HubModel): readonly HubFile[] {
  const missing = NEEDED.find((needed) => !files.some(({ name }) => name === needed));
  if (missing !== undefined) {
    throw new SightlineError('hub_model_unsupported', {
      detail: `${id} has no ${missing}, so it was not made for this runtime`,
    });
  }
  return files.filter(({ name, bytes }) => SMALL_FILES.has(name) && bytes <= SMALL_BYTES);
}

interface PullRun {
  readonly id: string;
  readonly commit: string;
  readonly held: LockedModel | undefined;
  readonly options: PullOptions;
  readonly got: Record<string, LockedFile>;
  fetchedBytes: number;
}

async function fetchAll(run: PullRun, files: readonly HubFile[]): Promise<void> {
  const { id, commit, held, options, got } = run;
  const { dataDir, onProgress, access, signal } = options;
  const missing: HubFile[] = [];
  for (const file of files) {
    const locked = held?.files[file.name];
    const there = await present(join(folderOf(dataDir, id), file.name), file, locked);
    if (there) got[file.name] = there;
    else missing.push(held ? heldTo(id, file, locked) : file);
  }
  const totalBytes = missing.reduce((sum, { bytes }) => sum + bytes, 0);
  await checkDisk(modelsFolder(dataDir), totalBytes, options.freeBytes);
  let doneBytes = 0;
  for (const file of missing) {
    const target = join(folderOf(dataDir, id), file.name);
    const part = partOf(target, commit);
    await mkdir(dirname(target), { recursive: true });
    await copyFromCache(options.hfHome, { id, commit, file, part });
    const onBytes = (count: number) => {
      doneBytes += count;
      onProgress?.({ file: file.name, doneBytes, totalBytes });
    };
    got[file.name] = await downloadFile({ access, id, commit, file, target, onBytes, signal });
    run.fetchedBytes += file.bytes;
  }
}

/** A file that lies there already and is the right one. */
async function present(path: string, file: HubFile, locked: LockedFile | undefined): Promise<LockedFile | undefined> {
  const sha256 = locked?.sha256 ?? file.sha256;
  const found = await stat(path).catch(() => undefined);
  // Without a hash to hold it to, it is fetched again: a small file.
  if (sha256 === undefined || found?.size !== (locked?.bytes ?? file.bytes)) return undefined;
  return (await sha256Of(path)) === sha256 ? { sha256, bytes: found.size } : undefined;
}

/** What the hub says now has to be what was locked. */
function heldTo(id: string, file: HubFile, locked: LockedFile | undefined): HubFile {
  if (!locked) return file;
  if (file.bytes !== locked.bytes || (file.sha256 ?? locked.sha256) !== locked.sha256) {
    throw new SightlineError('hub_file_changed', { detail: `${id}, ${file.name}` });
  }
  return { ...file, sha256: locked.sha256 };
}
