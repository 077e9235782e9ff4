import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { SingleFlight } from '#inference/single-flight.ts';

describe('SingleFlight', () => {
  it('computes once for all who ask together, and anew afterwards', async () => {
    const flights = new SingleFlight<number>();
    let starts = 0;
    const start = async () => {
      await sleep(1);
      starts += 1;
      return starts;
    };
    expect(await Promise.all([flights.join('a', start), flights.join('a', start), flights.join('b', start)])).toEqual([
      1, 1, 2,
    ]);
    expect(await flights.join('a', start)).toBe(3);
  });

  it('lets one asker leave without hurting the other, and aborts when all have left', async () => {
    const flights = new SingleFlight<string>();
    const [one, two] = [new AbortController(), new AbortController()];
    let aborted = false;
    const start = async (signal: AbortSignal) => {
      signal.addEventListener('abort', () => {
        aborted = true;
      });
      await sleep(20);
      return 'answer';
    };
    const first = flights.join('a', start, { signal: one.signal });
    const second = flights.join('a', start, { signal: two.signal });
    one.abort(new Error('left'));
    await expect(first).rejects.toThrow('left');
    expect(aborted).toBe(false);
    expect(await second).toBe('answer');

    const third = flights.join('b', start, { signal: two.signal });
    two.abort(new Error('left too'));
    await expect(third).rejects.toThrow('left too');
    expect(aborted).toBe(true);
  });

  it('tells a late asker the latest progress', async () => {
    const flights = new SingleFlight<string, string>();
    const heard: string[] = [];
    const start = async (_signal: AbortSignal, tell: (progress: string) => void) => {
      tell('one');
      tell('two');
      await sleep(5);
      tell('three');
      return 'end';
    };
    const first = flights.join('a', start);
    await sleep(1);
    await flights.join('a', start, { onProgress: (progress) => heard.push(progress) });
    await first;
    expect(heard).toEqual(['two', 'three']);
  });

  it('hands the failure to everyone and forgets it', async () => {
    const flights = new SingleFlight<string>();
    const fail = () => Promise.reject(new Error('boom'));
    await expect(flights.join('a', fail)).rejects.toThrow('boom');
    expect(await flights.join('a', async () => 'fine')).toBe('fine');
  });
});
