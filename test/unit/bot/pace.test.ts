import { expect, it } from 'vitest';
import { createBudget } from '../../../bot/budget.ts';
import { createPace } from '../../../bot/discord/pace.ts';

it('a pace lets no stretch of its time have more than its most, and keeps the order', async () => {
  const pace = createPace({ most: 5, withinMs: 60 });
  const began: number[] = [];
  const order: number[] = [];
  await Promise.all(
    Array.from({ length: 17 }, async (_, index) => {
      await pace();
      began.push(performance.now());
      order.push(index);
    }),
  );
  for (let index = 5; index < began.length; index += 1) {
    // A timer may fire a little early.
    expect((began[index] ?? 0) - (began[index - 5] ?? 0)).toBeGreaterThan(57);
  }
  expect(order).toEqual([...order].sort((a, b) => a - b));
});

it('a budget gives so many in each second, and leaves out the rest', () => {
  let now = 0;
  const budget = createBudget(2, () => now);
  expect([budget.take(), budget.take(), budget.take()]).toEqual([true, true, false]);
  now = 999;
  expect(budget.take()).toBe(false);
  now = 1_000;
  expect(budget.take()).toBe(true);
});
