/**
 * One file of a model onto the disk: goes on where an earlier try stopped, checked against what the hub or the lock says it is
 * before it gets its name. Until then it is a `.part` that nothing loads.
 * @throws SightlineError `hub_unreachable`, `hub_file_changed`, `disk_full`, `cancelled` and what the client throws
 */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { SightlineError } from '#core/errors.ts';
import { type HubAccess, type HubFile, openFile, pause, TRIES } from './hub-client.ts';
import type { LockedFile } from './lock.ts';

export interface DownloadOptions {
  readonly access: HubAccess;
  readonly id: string;
  readonly commit: string;
  readonly file: HubFile;
  readonly target: string;
  readonly onBytes: (count: number) => void;
  readonly signal?: AbortSignal | undefined;
}

/** The part of another commit is another file. */
export const partOf = (target: string, commit: string): string => `${target}.${commit.slice(0, 12)}.part`;

export async function downloadFile(options: DownloadOptions): Promise<LockedFile> {
  const { file, target, commit, id } = options;
  const part = partOf(target, commit);
  await mkdir(dirname(target), { recursive: true });
  // A damaged part can only be found out whole: then it is fetched once more from its start.
  for (const last of [false, true]) {
    await fetchPart(options, part);
    const found = await hashesOf(part);
    const right = (file.sha256 ?? found.sha256) === found.sha256 && (file.gitSha1 ?? found.gitSha1) === found.gitSha1;
    if (right) {
      await rename(part, target);
      return { sha256: found.sha256, bytes: found.bytes };
    }
    await rm(part, { force: true });
    options.onBytes(-found.bytes);
    if (last) throw new SightlineError('hub_file_changed', { detail: `${id}, ${file.name}` });
  }
  throw new Error('A download that neither ended nor failed. This is a bug.');
}

async function fetchPart(options: DownloadOptions, part: string): Promise<void> {
  const { access, id, commit, file, signal, onBytes } = options;
  if (file.bytes === 0) return writeFile(part, '');
  let failures = 0;
  let have = await bytesOf(part);
  onBytes(have);
  while (have < file.bytes) {
    const before = have;
    try {
      const response = await openFile(access, { id, commit, name: file.name, from: have }, signal);
      const goesOn = response.status === 206;
      if (!goesOn && have > 0) {
        // The hub began at the start, or has no such place: so do we.
        await rm(part, { force: true });
        onBytes(-have);
        have = 0;
      }
      if (response.status !== 416) await append(response, part, { ...options, room: file.bytes - have });
    } catch (error) {
      if (error instanceof SightlineError) throw error;
      if (signal?.aborted) throw new SightlineError('cancelled');
      if ((error as NodeJS.ErrnoException).code === 'ENOSPC') {
        await rm(part, { force: true });
        throw new SightlineError('disk_full', { detail: file.name, cause: error });
      }
    }
    have = await bytesOf(part);
    failures = have > before ? 0 : failures + 1;
    if (failures >= TRIES)
      throw new SightlineError('hub_unreachable', { detail: `${file.name} breaks off at ${have} bytes` });
    if (have < file.bytes) await pause((access.pauseMs ?? 500) * 2 ** failures, signal);
  }
}

/** Every piece that arrived is on the disk before the next is awaited: a transfer that breaks off loses nothing. */
async function append(
  response: Response,
  part: string,
  { room, onBytes, id, file }: DownloadOptions & { readonly room: number },
): Promise<void> {
  if (!response.body) return;
  const handle = await open(part, 'a');
  try {
    let left = room;
    for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>) {
      left -= chunk.length;
      if (left < 0) throw new SightlineError('hub_file_changed', { detail: `${id}, ${file.name}` });
      await handle.writeFile(chunk);
      onBytes(chunk.length);
    }
  } finally {
    await handle.close();
  }
}

const bytesOf = async (path: string): Promise<number> => (await stat(path).catch(() => ({ size: 0 }))).size;

/** Of the whole file: its SHA-256, and the hash that git gives small ones. */
export async function hashesOf(path: string): Promise<LockedFile & { readonly gitSha1: string }> {
  const bytes = await bytesOf(path);
  const [sha256, gitSha1] = [createHash('sha256'), createHash('sha1').update(`blob ${bytes}\0`)];
  await pipeline(createReadStream(path), async (chunks: AsyncIterable<Buffer>) => {
    for await (const chunk of chunks) {
      sha256.update(chunk);
      gitSha1.update(chunk);
    }
  });
  return { bytes, sha256: sha256.digest('hex'), gitSha1: gitSha1.digest('hex') };
}
