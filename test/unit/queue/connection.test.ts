import { expect, it } from 'vitest';
import { answered, connect } from '#queue/connection.ts';

it('waits for a Redis that is away with one listener, however many commands wait', async () => {
  const redis = connect('redis://127.0.0.1:1', { role: 'producer' });
  const before = redis.listenerCount('ready') + redis.listenerCount('end');
  const waiting = Array.from({ length: 50 }, () => answered(redis, () => redis.ping()));
  expect(redis.listenerCount('ready') + redis.listenerCount('end') - before).toBe(2);
  redis.disconnect();
  const ended = await Promise.allSettled(waiting);
  expect(ended.filter(({ status }) => status === 'rejected')).toHaveLength(50);
});
