/** The private Redis: settings, one per data folder, no orphan, restarts, and what is said where there is none. */
import { fork } from 'node:child_process';
import { mkdir, rm, stat, symlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, expect, test } from 'vitest';
import { connect, disconnect } from '#queue/connection.ts';
import { findRunningRedis, openRedis } from '#queue/redis-server.ts';
import { alive, eventually, freshDataDir } from '#test/redis.ts';

const OWNER = fileURLToPath(new URL('./fixtures/redis-owner.ts', import.meta.url));

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

const dataFolder = async (): Promise<string> => {
  const { dataDir, remove } = await freshDataDir();
  cleanups.push(remove);
  return dataDir;
};
const openIn = async (dataDir: string, onChange?: (change: string) => void) => {
  const redis = await openRedis({ redisUrl: undefined, dataDir, ...(onChange && { onChange }) });
  cleanups.push(redis.close);
  return redis;
};
const ask = async <T>(url: string, question: (redis: ReturnType<typeof connect>) => Promise<T>): Promise<T> => {
  const redis = connect(url, { role: 'worker' });
  try {
    return await question(redis);
  } finally {
    await disconnect(redis);
  }
};
const pidOf = (url: string) =>
  ask(url, async (redis) => Number(/process_id:(\d+)/.exec(await redis.info('server'))?.[1]));

test('it keeps what it is given, listens on a socket of this user alone, and is there again next time', async () => {
  const dataDir = await dataFolder();
  const startedAt = performance.now();
  const first = await openRedis({ redisUrl: undefined, dataDir });
  console.log(`ready after ${Math.round(performance.now() - startedAt)} ms`);
  const settings = await ask(first.url, (redis) => redis.config('GET', 'append*', 'maxmemory-policy', 'port'));
  expect(settings).toEqual(expect.arrayContaining(['appendonly', 'yes', 'appendfsync', 'everysec', 'noeviction']));
  expect((await stat(new URL(first.url).pathname)).mode & 0o777).toBe(0o700);
  await ask(first.url, (redis) => redis.set('kept', 'yes'));
  await first.close();
  expect(await findRunningRedis(dataDir)).toBeUndefined();
  const second = await openIn(dataDir);
  expect(await ask(second.url, (redis) => redis.get('kept'))).toBe('yes');
});

test('a long path to the data folder is no obstacle', async () => {
  const base = await dataFolder();
  const dataDir = join(base, 'a folder with spaces and ümlauts '.repeat(6));
  await mkdir(dataDir);
  await symlink(join(base, 'packages'), join(dataDir, 'packages'));
  const shortFolder: { path?: string } = {};
  cleanups.push(() => shortFolder.path && rm(shortFolder.path, { recursive: true }));
  const { url } = await openIn(dataDir);
  shortFolder.path = dirname(new URL(url).pathname);
  expect(Buffer.byteLength(new URL(url).pathname)).toBeLessThan(104);
  expect(await ask(url, (redis) => redis.ping())).toBe('PONG');
  expect(await findRunningRedis(dataDir)).toBe(url);
});

test('killed, it is started again with what it held', async () => {
  const changes: string[] = [];
  const { url } = await openIn(await dataFolder(), (change) => changes.push(change));
  await ask(url, (redis) => redis.set('kept', 'yes'));
  const pid = await pidOf(url);
  process.kill(pid, 'SIGKILL');
  await eventually('it is told', () => changes.length === 2);
  expect(changes).toEqual(['ended with SIGKILL; it is started again', 'is back']);
  expect(await ask(url, (redis) => redis.get('kept'))).toBe('yes');
  expect(await pidOf(url)).not.toBe(pid);
});

test('two at once on one data folder share one Redis', async () => {
  const dataDir = await dataFolder();
  const [one, other] = await Promise.all([openIn(dataDir), openIn(dataDir)]);
  expect(await pidOf(one.url)).toBe(await pidOf(other.url));
  expect([one, other].filter(({ description }) => description.includes('another Sightline'))).toHaveLength(1);
});

test('its parent killed, it ends by itself, and the next start finds its data whole', async () => {
  const dataDir = await dataFolder();
  const owner = fork(OWNER, [dataDir]);
  const { url } = await new Promise<{ url: string }>((done) => owner.once('message', (said) => done(said as never)));
  await ask(url, (redis) => redis.set('kept', 'yes'));
  const pid = await pidOf(url);
  owner.kill('SIGKILL');
  // At once, while the old one is still ending or even seems to be somebody's.
  const next = await openIn(dataDir);
  // Its socket is closed after its files are: what is left of it does no harm.
  await eventually('the old one is gone', () => !alive(pid));
  expect(await ask(next.url, (redis) => redis.get('kept'))).toBe('yes');
  expect(await pidOf(next.url)).not.toBe(pid);
});

test('the other one ended, who shared its Redis brings up the next', async () => {
  const dataDir = await dataFolder();
  const first = await openRedis({ redisUrl: undefined, dataDir });
  const second = await openIn(dataDir);
  await ask(first.url, (redis) => redis.set('kept', 'yes'));
  await first.close();
  expect(await ask(second.url, (redis) => redis.get('kept'))).toBe('yes');
});

test('none to be had: three remedies', async () => {
  const attempt = openRedis({
    redisUrl: undefined,
    dataDir: join(await dataFolder(), 'empty'),
    environment: { PATH: '' },
  });
  await expect(attempt).rejects.toMatchObject({
    code: 'redis_missing',
    message: expect.stringMatching(/apt install redis-server.*docker run.*REDIS_URL/s),
  });
});

test('one of somebody else is used as it is, with a warning when it may drop questions', async () => {
  const own = await openIn(await dataFolder());
  const external = () => openRedis({ redisUrl: own.url, dataDir: '/nowhere' });
  const whole = await external();
  expect([whole.url, whole.warnings]).toEqual([own.url, []]);
  await ask(own.url, (redis) => redis.config('SET', 'maxmemory-policy', 'allkeys-lru'));
  expect((await external()).warnings).toEqual([expect.stringContaining('allkeys-lru')]);
  await whole.close();
  expect(await ask(own.url, (redis) => redis.ping())).toBe('PONG');
});

test('a REDIS_URL where nobody answers is told, without its password', async () => {
  const attempt = openRedis({ redisUrl: 'redis://me:hush@127.0.0.1:1', dataDir: '/nowhere' });
  await expect(attempt).rejects.toMatchObject({
    code: 'redis_unreachable',
    message: expect.stringMatching(/^(?!.*hush).*127\.0\.0\.1:1 \(.*ECONNREFUSED.*REDIS_URL.*$/),
  });
});
