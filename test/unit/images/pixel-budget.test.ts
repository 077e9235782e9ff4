import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PixelBudget } from '#images/pixel-budget.ts';

describe('PixelBudget', () => {
  it('lets in what fits, in order, and more when some is given back', async () => {
    const budget = new PixelBudget(10);
    const order: string[] = [];
    const first = await budget.take(6);
    const large = budget.take(8).then((release) => {
      order.push('large');
      return release;
    });
    const small = budget.take(1).then((release) => {
      order.push('small');
      return release;
    });
    await Promise.resolve();
    expect(order).toEqual([]);
    first();
    await Promise.all([large, small]);
    expect(order).toEqual(['large', 'small']);
  });

  it('lets in something larger than itself, alone', async () => {
    const budget = new PixelBudget(10);
    const release = await budget.take(25);
    let entered = false;
    const next = budget.take(1).then(() => {
      entered = true;
    });
    await Promise.resolve();
    expect(entered).toBe(false);
    release();
    await next;
  });

  it('forgets who calls off, and lets in those behind', async () => {
    const budget = new PixelBudget(10);
    const release = await budget.take(5);
    const abort = new AbortController();
    const called = budget.take(10, abort.signal);
    const behind = budget.take(5);
    abort.abort();
    await expect(called).rejects.toMatchObject({ code: 'cancelled' });
    await behind;
    release();
  });

  it('is never exceeded and never stalls', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: 1, max: 12 }), { maxLength: 30 }), async (sizes) => {
        const budget = new PixelBudget(10);
        let used = 0;
        let most = 0;
        await Promise.all(
          sizes.map(async (pixels) => {
            const release = await budget.take(pixels);
            used += Math.min(pixels, 10);
            most = Math.max(most, used);
            await Promise.resolve();
            used -= Math.min(pixels, 10);
            release();
          }),
        );
        expect(most).toBeLessThanOrEqual(10);
      }),
      { numRuns: 50 },
    );
  });
});
