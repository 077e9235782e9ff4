import { describe, expect, it } from 'vitest';
import { Lifecycle } from '#ops/lifecycle.ts';
import { createLogger } from '#ops/logger.ts';

const silent = createLogger('test', 'silent');

describe('Lifecycle', () => {
  it('closes in reverse order, once, and goes on after a failure', async () => {
    const life = new Lifecycle(silent);
    const closed: string[] = [];
    life.onClose('redis', () => closed.push('redis'));
    life.onClose('broken', () => {
      throw new Error('boom');
    });
    life.onClose('server', async () => closed.push('server'));
    await Promise.all([life.close(), life.close()]);
    expect(closed).toEqual(['server', 'redis']);
  });

  it('closes at once what is opened after the end', async () => {
    const life = new Lifecycle(silent);
    await life.close();
    const closed: string[] = [];
    life.onClose('late', () => closed.push('late'));
    await life.close();
    expect([closed, life.closing]).toEqual([['late'], true]);
  });
});
