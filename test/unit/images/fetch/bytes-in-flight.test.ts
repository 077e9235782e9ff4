import { expect, it } from 'vitest';
import { createBytesInFlight } from '#images/fetch/bytes-in-flight.ts';

it('cuts the largest that still runs, and counts what is held until it is released', () => {
  const bytes = createBytesInFlight(100);
  const cut: string[] = [];
  const [done, large, small] = ['done', 'large', 'small'].map((name) => bytes.open(() => cut.push(name)));
  done?.add(60);
  done?.complete();
  large?.add(30);
  small?.add(5);
  expect(cut).toEqual([]);
  small?.add(6);
  expect(cut).toEqual(['large']);
  large?.release();
  small?.restart();
  expect(bytes.held).toBe(60);
  done?.release();
  done?.release();
  expect(bytes.held).toBe(0);
});
