/** Whether a download fits on the disk, asked before it begins. */
import { mkdir, statfs } from 'node:fs/promises';
import { SightlineError } from '#core/errors.ts';

/** Kept free for everybody else: logs and the queue write to the same disk. */
const SPARE_BYTES = 256 * 1024 * 1024;

export type FreeBytes = (folder: string) => Promise<number>;

export const freeBytes: FreeBytes = async (folder) => {
  const { bavail, bsize } = await statfs(folder);
  return bavail * bsize;
};

/** @throws SightlineError `disk_full` */
export async function checkDisk(folder: string, needed: number, free: FreeBytes = freeBytes): Promise<void> {
  await mkdir(folder, { recursive: true });
  const there = await free(folder);
  if (needed === 0 || there >= needed + SPARE_BYTES) return;
  const gigabytes = (bytes: number) => `${(bytes / 1e9).toFixed(2)} GB`;
  throw new SightlineError('disk_full', {
    detail: `${gigabytes(needed)} and some to spare are needed, ${gigabytes(there)} are free in ${folder}`,
  });
}
