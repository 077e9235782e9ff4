import { expect, it } from 'vitest';
import { createRateLimit } from '../../../web/rate-limit.ts';

it('gives a burst, then a steady rate, to each client by itself', () => {
  let now = 0;
  const limit = createRateLimit({ burst: 2, perSecond: 1 }, () => now);
  const take = () => limit.take('one');
  expect([take(), take(), take()]).toEqual([true, true, false]);
  expect(limit.take('other')).toBe(true);
  now = 1_000;
  expect([take(), take()]).toEqual([true, false]);
  now = 60_000;
  expect([take(), take(), take()]).toEqual([true, true, false]);
});
