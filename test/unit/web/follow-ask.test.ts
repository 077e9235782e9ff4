import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { followAsk } from '../../../web/public/ask-stream.js';

/** What the browser does with a stream that was refused, or that never comes. */
class StandInSource extends EventTarget {
  static readonly CLOSED = 2;
  static opened: StandInSource[] = [];
  readyState = 0;
  constructor() {
    super();
    StandInSource.opened.push(this);
  }
  close() {
    this.readyState = StandInSource.CLOSED;
  }
  fail(readyState: number) {
    this.readyState = readyState;
    this.dispatchEvent(new Event('error'));
  }
}

const refusedWith = (status: number) => vi.stubGlobal('fetch', async () => new Response(null, { status }));
const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);
const opened = () => StandInSource.opened;

function follow() {
  const told = { progress: vi.fn(), notice: vi.fn(), outcome: vi.fn() };
  return { ...told, stop: followAsk('web-1', 'vqa', told) };
}

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal('EventSource', StandInSource);
  StandInSource.opened = [];
});
afterEach(() => {
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

it('ends in words when the room does not know the ask any more, and lets the next be followed', async () => {
  refusedWith(404);
  const [first, second, third] = [follow(), follow(), follow()];
  expect(opened()).toHaveLength(2);
  for (const source of opened().slice(0, 2)) source.fail(StandInSource.CLOSED);
  await pass(10_000);
  for (const { outcome } of [first, second]) {
    expect(outcome.mock.calls).toEqual([[{ ok: false, error: expect.objectContaining({ retry: true }) }]]);
  }
  expect(opened()).toHaveLength(3);
  third.stop();
});

it('tries again after any other refusal', async () => {
  refusedWith(503);
  const { outcome, stop } = follow();
  opened()[0]?.fail(StandInSource.CLOSED);
  await pass(2_000);
  expect([opened().length, outcome.mock.calls.length]).toEqual([2, 0]);
  stop();
});

it('gives up on a room that stays away longer than any ask takes', async () => {
  const { outcome } = follow();
  for (let waitedMs = 0; waitedMs <= 130_000; waitedMs += 5_000) {
    expect(outcome).not.toHaveBeenCalled();
    opened()[0]?.fail(0);
    await pass(5_000);
  }
  expect(outcome).toHaveBeenCalledOnce();
});
