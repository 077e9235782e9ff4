/** What every blob store does, in memory or in Redis. */
import { expect, it } from 'vitest';
import type { BlobLimits, BlobStore } from '#images/blob-store.ts';
import { sha256Of } from '#images/sha256.ts';

const blob = (text: string) => {
  const bytes = new TextEncoder().encode(text);
  return { bytes, sha256: sha256Of(bytes) };
};
const [a, b, c] = [blob('\0'), blob('bb'), blob('ccc')] as const;

/** `create` gives an empty store each time; `pass` lets seconds go by for it. */
export function blobStoreContract(
  create: (limits: BlobLimits) => Promise<{ store: BlobStore; pass: (seconds: number) => Promise<void> }>,
): void {
  const limits = { ttlSeconds: 2, count: 2, bytes: 100 };
  const kept = (store: BlobStore, sha256: string): Promise<string> =>
    store.get(sha256).then(
      () => 'kept',
      (error: unknown) => (error as { code?: string }).code ?? String(error),
    );

  it('gives back what was put, byte by byte, and nothing else', async () => {
    const { store } = await create(limits);
    await store.put(a);
    expect([...(await store.get(a.sha256))]).toEqual([...a.bytes]);
    expect(await kept(store, b.sha256)).toBe('image_gone');
  });

  it('does not hand out bytes that are not what their hash says', async () => {
    const { store } = await create(limits);
    await store.put({ sha256: a.sha256, bytes: b.bytes });
    expect(await kept(store, a.sha256)).toBe('image_gone');
  });

  it('forgets with time, reading renews', async () => {
    const { store, pass } = await create(limits);
    await store.put(a);
    await store.put(b);
    await pass(1.5);
    await store.get(a.sha256);
    await pass(1);
    expect([await kept(store, a.sha256), await kept(store, b.sha256)]).toEqual(['kept', 'image_gone']);
  });

  it('keeps a number, the least recently used go first', async () => {
    const { store, pass } = await create(limits);
    for (const step of [() => store.put(a), () => store.put(b), () => store.get(a.sha256), () => store.put(c)]) {
      await step();
      await pass(0.01);
    }
    expect([await kept(store, a.sha256), await kept(store, b.sha256), await kept(store, c.sha256)]).toEqual([
      'kept',
      'image_gone',
      'kept',
    ]);
  });

  it('keeps a number of bytes, and always the newest', async () => {
    const { store, pass } = await create({ ...limits, bytes: 2 });
    await store.put(a);
    await pass(0.01);
    await store.put(b);
    expect([await kept(store, a.sha256), await kept(store, b.sha256)]).toEqual(['image_gone', 'kept']);
    await pass(0.01);
    await store.put(c);
    expect([await kept(store, b.sha256), await kept(store, c.sha256)]).toEqual(['image_gone', 'kept']);
  });

  it('keeps one blob once, however often it is put', async () => {
    const { store, pass } = await create(limits);
    await store.put(b);
    for (const _ of [1, 2, 3]) {
      await pass(0.01);
      await store.put(a);
    }
    expect([await kept(store, a.sha256), await kept(store, b.sha256)]).toEqual(['kept', 'kept']);
  });
}
