/**
 * Bytes from strangers, all the way a fetched picture goes: opened, decoded, re-encoded, in a process like a worker's. Nothing
 * crashes, nothing takes long, memory stays bounded, and each refusal is one that a person understands. `SIZE=release` spoils
 * 100,000 instead of 2,000.
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it, onTestFinished } from 'vitest';
import { FEW_ARENAS } from '#ops/few-arenas.ts';
import { namedBadPictures } from '#test/bad-pictures.ts';
import { RELEASE, sized } from '#test/size.ts';
import type { OpenReport } from './fixtures/open-pictures.ts';

const SPOILT = sized(2_000, 100_000);
/** The bar is 2 s; a machine busy with other tests gets more. */
const MOST_MS = RELEASE ? 2_000 : 10_000;
const MOST_MB = 200;
const REFUSALS: readonly string[] = [
  'ok',
  'empty_image',
  'not_an_image',
  'unsupported_image',
  'truncated_image',
  'image_too_many_pixels',
];

async function opened(folder: string): Promise<OpenReport> {
  const program = fileURLToPath(new URL('./fixtures/open-pictures.ts', import.meta.url));
  // Its standard error holds what GLib thinks of spoilt headers.
  const child = fork(program, [folder, String(SPOILT)], { env: { ...process.env, ...FEW_ARENAS }, silent: true });
  onTestFinished(() => void child.kill('SIGKILL'));
  child.stdout?.resume();
  child.stderr?.resume();
  const ended = once(child, 'exit').then(([code, signal]) => {
    throw new Error(`Expected a report, the process ended with ${signal ?? code}`);
  });
  const [report] = await Promise.race([once(child, 'message'), ended]);
  return report as OpenReport;
}

it('bad pictures are refused as what they are, quickly, within memory, and crash nothing', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'sightline-bad-pictures-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const bad = await namedBadPictures();
  for (const [name, bytes] of bad) await writeFile(join(folder, name), bytes);

  const { named, spoilt, slowest, grownMb } = await opened(folder);
  console.log(
    `bad pictures: ${bad.length} known and ${SPOILT} spoilt ones, the slowest ${Math.round(slowest.ms)} ms (${slowest.name}), RSS +${grownMb} MB; ${JSON.stringify(spoilt)}`,
  );
  const wrong = bad.filter(([name, , ends]) => !ends.split(' ').includes(named[name] ?? 'never opened'));
  expect(wrong.map(([name, , ends]) => `${name}: ${named[name]} instead of ${ends}`)).toEqual([]);
  expect(Object.keys(spoilt).filter((end) => !REFUSALS.includes(end))).toEqual([]);
  // Spoilt in such ways that both happen often: neither refusing all nor taking all passes.
  for (const end of ['ok', 'truncated_image']) expect(spoilt[end] ?? 0).toBeGreaterThan(SPOILT / 20);
  expect(slowest.ms).toBeLessThan(MOST_MS);
  expect(grownMb).toBeLessThan(MOST_MB);
}, 3_600_000);
