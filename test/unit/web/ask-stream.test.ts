import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { SightlineError } from '#core/errors.ts';
import { answerLike, createRoomInMemory } from '#test/room-in-memory.ts';
import { tellAsk } from '../../../web/ask-stream.ts';

const ID = 'web-00000000-0000000000000000000000';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function follow(room = createRoomInMemory(), givenMs = 60_000) {
  const events: [string, unknown][] = [];
  const stream = {
    send: (event: string, data: unknown) => void events.push([event, data]),
    finish: (event: string, data: unknown) => void events.push([event, data], ['end', undefined]),
    end: () => void events.push(['end', undefined]),
  };
  const stop = tellAsk(room.parts, { id: ID, giveUpAt: Date.now() + givenMs }, stream);
  const names = () => events.map(([event]) => event);
  return { room, events, names, stop, pass: (ms: number) => vi.advanceTimersByTimeAsync(ms) };
}

describe('tellAsk', () => {
  it('tells the place in the queue, the progress and one outcome', async () => {
    const { room, events, names, pass } = follow();
    await pass(1_000);
    room.progress.tell(ID, { stage: 'encoding' });
    room.progress.tell(ID, { stage: 'answering', text: 'a red' });
    await pass(3_000);
    await room.outcomes.put(ID, { ok: true, answer: answerLike(ID) });
    await room.outcomes.put(ID, { ok: false, code: 'internal' });
    await pass(10_000);
    expect(events[0]).toEqual(['progress', { stage: 'queued', position: 3 }]);
    expect(names().slice(-4)).toEqual(['progress', 'progress', 'outcome', 'end']);
    expect(events.at(-2)?.[1]).toMatchObject({ ok: true });
  });

  it('tells that the worker froze which had taken the ask, and gives up with that', async () => {
    const { room, events, names, pass } = follow(createRoomInMemory(), 10_000);
    room.progress.tell(ID, { stage: 'encoding' });
    room.pulse.workers = 0;
    await pass(2_000);
    expect(events.at(-1)).toEqual(['notice', { error: expect.objectContaining({ code: 'no_worker' }) }]);
    await pass(10_000);
    expect(names().slice(-2)).toEqual(['outcome', 'end']);
    expect(events.at(-2)?.[1]).toMatchObject({ error: { code: 'no_worker' } });
  });

  it('says nothing of the queue once a worker has spoken', async () => {
    const { room, events, pass } = follow();
    room.progress.tell(ID, { stage: 'encoding' });
    await pass(5_000);
    expect(events.filter(([, data]) => (data as { stage?: string }).stage === 'queued')).toEqual([]);
  });

  it('finds an outcome that was stored before, as after a reconnect', async () => {
    const room = createRoomInMemory();
    await room.outcomes.put(ID, { ok: true, answer: answerLike(ID) });
    const { names, pass } = follow(room);
    await pass(0);
    expect(names()).toEqual(['outcome', 'end']);
  });

  it('tells that no worker is there, once, and that one came', async () => {
    const room = createRoomInMemory();
    room.pulse.workers = 0;
    const { events, pass } = follow(room);
    await pass(5_000);
    room.pulse.workers = 1;
    await pass(2_000);
    const notices = events.filter(([event]) => event === 'notice').map(([, data]) => data);
    const goesOn = { code: 'no_worker', message: expect.stringContaining('Your question is kept') };
    expect(notices).toEqual([{ error: expect.objectContaining(goesOn) }, { error: null }]);
  });

  it.each([
    ['no_worker', { redis: true, workers: 0 }],
    ['deadline_passed', { redis: true, workers: 1 }],
    ['redis_unavailable', { redis: false, workers: 0 }],
  ])('gives up with %s', async (code, pulse) => {
    const room = createRoomInMemory();
    Object.assign(room.pulse, pulse);
    const { events, names, pass } = follow(room, 10_000);
    await pass(20_000);
    expect(names().slice(-2)).toEqual(['outcome', 'end']);
    expect(events.at(-2)?.[1]).toMatchObject({ ok: false, error: { code, retry: true } });
    expect(room.cancelled).toEqual(code === 'redis_unavailable' ? [] : [ID]);
  });

  it('ends also where what stands for an outcome cannot be read', async () => {
    const room = createRoomInMemory();
    room.parts.outcomes.put = () => Promise.reject(new Error('Expected an outcome'));
    const { events, names, pass } = follow(room, 10_000);
    await pass(20_000);
    expect(names().slice(-2)).toEqual(['outcome', 'end']);
    expect(events.at(-2)?.[1]).toMatchObject({ ok: false, error: { code: 'internal' } });
    expect(vi.getTimerCount()).toBe(0);
  });

  it('goes on while Redis does not take the last word', async () => {
    const room = createRoomInMemory();
    const put = room.parts.outcomes.put;
    room.parts.outcomes.put = () => Promise.reject(new SightlineError('redis_unavailable'));
    const { names, pass } = follow(room, 10_000);
    await pass(20_000);
    expect(names()).not.toContain('outcome');
    room.parts.outcomes.put = put;
    await pass(2_000);
    expect(names().slice(-2)).toEqual(['outcome', 'end']);
  });

  it('leaves nothing behind when the reader has gone', async () => {
    const { room, events, stop, pass } = follow();
    await pass(0);
    stop();
    const before = events.length;
    await room.outcomes.put(ID, { ok: false, code: 'internal' });
    await pass(5_000);
    expect(events).toHaveLength(before);
    expect(vi.getTimerCount()).toBe(0);
  });
});
