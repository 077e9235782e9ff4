/**
 * Bytes from strangers, all the way a fetched picture goes: opened, decoded, re-encoded. Nothing crashes, nothing takes long,
 * memory stays bounded, and each refusal is one that a person understands. `SIZE=release` spoils 100,000 instead of 2,000.
 */
import { afterAll, expect, it } from 'vitest';
import { openPicture } from '#images/picture.ts';
import { normaliseUpload } from '#images/upload.ts';
import { goodPictures, namedBadPictures, spoilt } from '#test/bad-pictures.ts';
import { RELEASE, sized } from '#test/size.ts';

const SPOILT = sized(2_000, 100_000);
/** The bar is 2 s; a machine busy with other tests gets more. */
const MOST_MS = RELEASE ? 2_000 : 10_000;
/** The bar is 200 MB; where other tests have run before, the collector has more to forget. */
const MOST_MB = sized(300, 200);
const REFUSALS = /^(ok|empty_image|not_an_image|unsupported_image|truncated_image|image_too_many_pixels)$/;

let slowest = { ms: 0, name: '' };
let before = 0;
let most = 0;

async function endOf(name: string, bytes: Uint8Array): Promise<string> {
  const startedAt = performance.now();
  const end = await normaliseUpload(bytes).then(
    async (upload) => {
      const { width, height } = await openPicture(upload.bytes);
      return width > 0 && height > 0 && width <= 2_048 && height <= 2_048 ? 'ok' : `${width} × ${height}`;
    },
    (error: { code?: string }) => error.code ?? String(error),
  );
  const ms = performance.now() - startedAt;
  if (ms > slowest.ms) slowest = { ms, name };
  most = Math.max(most, process.memoryUsage.rss());
  return end;
}

afterAll(() => {
  const grownMb = Math.round((most - before) / 1e6);
  console.log(
    `bad pictures: ${SPOILT} spoilt ones, the slowest ${Math.round(slowest.ms)} ms (${slowest.name}), RSS +${grownMb} MB`,
  );
  expect(slowest.ms).toBeLessThan(MOST_MS);
  expect(grownMb).toBeLessThan(MOST_MB);
});

it('refuses each known kind as what it is', async () => {
  const bad = await namedBadPictures();
  before = process.memoryUsage.rss();
  for (const [name, bytes, ends] of bad) {
    const end = await endOf(name, bytes);
    expect([name, ends.split(' ').includes(end) ? ends : end]).toEqual([name, ends]);
  }
});

it('survives whatever is spoilt, and says so in a way people understand', async () => {
  const good = await goodPictures();
  const ends = new Map<string, number>();
  for (let seed = 1; seed <= SPOILT; seed += 1) {
    const end = await endOf(`seed ${seed}`, spoilt(good, seed));
    ends.set(end, (ends.get(end) ?? 0) + 1);
    expect([seed, end]).toEqual([seed, expect.stringMatching(REFUSALS)]);
  }
  console.log(`bad pictures: ${[...ends].map(([end, count]) => `${end} ${count}`).join(', ')}`);
  // Spoilt in such ways that both happen often: neither refusing all nor taking all passes.
  for (const end of ['ok', 'truncated_image']) expect(ends.get(end) ?? 0).toBeGreaterThan(SPOILT / 20);
}, 3_600_000);
