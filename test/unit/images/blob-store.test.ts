import { describe, expect, it } from 'vitest';
import { createMemoryBlobStore } from '#images/blob-store.ts';
import { sha256Of } from '#images/upload.ts';

const blob = (text: string) => {
  const bytes = new TextEncoder().encode(text);
  return { bytes, sha256: sha256Of(bytes) };
};
const [a, b, c] = [blob('a'), blob('bb'), blob('ccc')] as const;

function store(changes: { count?: number; bytes?: number } = {}) {
  const clock = { now: 0 };
  const limits = { ttlSeconds: 10, count: 2, bytes: 100, ...changes };
  return { clock, blobs: createMemoryBlobStore(limits, () => clock.now) };
}

describe('the blob store in memory', () => {
  it('gives back what was put and nothing else', async () => {
    const { blobs } = store();
    await blobs.put(a);
    expect(await blobs.get(a.sha256)).toEqual(a.bytes);
    await expect(blobs.get(b.sha256)).rejects.toMatchObject({ code: 'image_gone' });
  });

  it('does not hand out bytes that are not what their hash says', async () => {
    const { blobs } = store();
    await blobs.put({ sha256: a.sha256, bytes: b.bytes });
    await expect(blobs.get(a.sha256)).rejects.toMatchObject({ code: 'image_gone' });
  });

  it('forgets with time, reading renews', async () => {
    const { clock, blobs } = store();
    await blobs.put(a);
    await blobs.put(b);
    clock.now = 9_000;
    await blobs.get(a.sha256);
    clock.now = 11_000;
    expect(await blobs.get(a.sha256)).toEqual(a.bytes);
    await expect(blobs.get(b.sha256)).rejects.toMatchObject({ code: 'image_gone' });
  });

  it('keeps a number, the least recently used go first', async () => {
    const { blobs } = store();
    await blobs.put(a);
    await blobs.put(b);
    await blobs.get(a.sha256);
    await blobs.put(c);
    expect(await blobs.get(a.sha256)).toEqual(a.bytes);
    await expect(blobs.get(b.sha256)).rejects.toMatchObject({ code: 'image_gone' });
  });

  it('keeps a number of bytes, and always the newest', async () => {
    const { blobs } = store({ bytes: 2 });
    await blobs.put(a);
    await blobs.put(b);
    await expect(blobs.get(a.sha256)).rejects.toMatchObject({ code: 'image_gone' });
    await blobs.put(c);
    expect(await blobs.get(c.sha256)).toEqual(c.bytes);
  });
});
