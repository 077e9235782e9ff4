import { setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createBatcher } from '#inference/batcher.ts';
import type { Engine, EngineInput, EngineOutput } from '#inference/engine.ts';
import { createFakeEngine } from '#inference/engine-fake.ts';

const rgb = new Uint8Array(8 * 8 * 3).fill(255);
const input = (prompt: string): EngineInput => ({
  image: { rgb, width: 8, height: 8, key: prompt },
  prompt,
  maxTokens: 8,
});

/** An engine whose runs end when told to, and that remembers its batches. */
function heldEngine() {
  const batches: string[][] = [];
  const releases: (() => void)[] = [];
  const fake = createFakeEngine();
  const run: Engine['run'] = async (batch, options) => {
    batches.push(batch.map(({ prompt }) => prompt));
    await new Promise<void>((resolve) => releases.push(resolve));
    return fake.run(batch, options);
  };
  return { batches, engine: { run }, release: () => releases.shift()?.() };
}

describe('batcher', () => {
  it('starts at once when idle, sends one full batch ahead, and takes the rest in order', async () => {
    const { batches, engine, release } = heldEngine();
    const batcher = createBatcher({ engine, batchSize: 3 });
    const all = ['a', 'b', 'c', 'd', 'e'].map((prompt) => batcher.submit(input(prompt)));
    expect(batches).toEqual([['a'], ['b', 'c', 'd']]);
    for (let i = 0; i < 3; i += 1) {
      release();
      await sleep(1);
    }
    await Promise.all(all);
    expect(batches).toEqual([['a'], ['b', 'c', 'd'], ['e']]);
  });

  it('lets a batch that is not full grow until the engine is free', async () => {
    const { batches, engine, release } = heldEngine();
    const batcher = createBatcher({ engine, batchSize: 3 });
    const first = batcher.submit(input('a'));
    const second = batcher.submit(input('b'));
    await sleep(1);
    const third = batcher.submit(input('c'));
    release();
    await first;
    await sleep(1);
    release();
    await Promise.all([second, third]);
    expect(batches).toEqual([['a'], ['b', 'c']]);
  });

  it('drops an entry whose asker left before it costs anything', async () => {
    const { batches, engine, release } = heldEngine();
    const batcher = createBatcher({ engine, batchSize: 8 });
    const first = batcher.submit(input('a'));
    const leaver = new AbortController();
    const left = batcher.submit(input('b'), { signal: leaver.signal });
    const stays = batcher.submit(input('c'));
    leaver.abort(new Error('gone'));
    release();
    await expect(left).rejects.toThrow('gone');
    await first;
    await sleep(1);
    release();
    await stays;
    expect(batches).toEqual([['a'], ['c']]);
  });

  it('refuses more than may wait', async () => {
    const { engine, release } = heldEngine();
    const batcher = createBatcher({ engine, batchSize: 2, maxWaiting: 1 });
    const kept = [batcher.submit(input('a')), batcher.submit(input('b'))];
    await expect(batcher.submit(input('c'))).rejects.toMatchObject({ code: 'queue_full' });
    release();
    await kept[0];
    await sleep(1);
    release();
    await kept[1];
  });

  it('settles every entry exactly once, bad ones alone, whatever comes', async () => {
    const entry = fc.record({ bad: fc.constantFrom(undefined, 'input', 'batch'), late: fc.boolean() });
    await fc.assert(
      fc.asyncProperty(
        fc.array(entry, { maxLength: 30 }),
        fc.integer({ min: 1, max: 9 }),
        async (entries, batchSize) => {
          const sizes: number[] = [];
          const kinds = new Map(entries.map(({ bad }, i) => [String(i), bad]));
          const engine = createFakeEngine({
            fail: ({ prompt }) => kinds.get(prompt) as 'input' | 'batch' | undefined,
          });
          const batcher = createBatcher({ engine, batchSize, onBatch: (size) => sizes.push(size) });
          let settled = 0;
          const outcomes = await Promise.all(
            entries.map(async ({ late }, i) => {
              if (late) await sleep(0);
              return batcher
                .submit(input(String(i)))
                .then(
                  () => 'ok',
                  () => 'failed',
                )
                .finally(() => {
                  settled += 1;
                });
            }),
          );
          expect(outcomes).toEqual(entries.map(({ bad }) => (bad ? 'failed' : 'ok')));
          expect(settled).toBe(entries.length);
          expect(Math.max(0, ...sizes)).toBeLessThanOrEqual(batchSize);
          await batcher.idle();
        },
      ),
      { numRuns: 40 },
    );
  });

  it('hands partial text to the entry it belongs to', async () => {
    const batcher = createBatcher({ engine: createFakeEngine(), batchSize: 8 });
    const texts: string[] = [];
    const output = await batcher.submit(input('a'), { onPartial: (text) => texts.push(text) });
    expect(texts).toEqual(['a', 'a bright', 'a bright picture']);
    expect((output as Extract<EngineOutput, { ok: true }>).prediction.text).toBe('a bright picture');
  });
});
