/**
 * A fresh private Redis per test file, opened the way `npm start` does. The distribution's packages are fetched once, into
 * the data folder of this checkout, and shared by all.
 */
import { mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findRedisProgram } from '#queue/redis-program.ts';
import { openRedis, type RedisHandle } from '#queue/redis-server.ts';

const PACKAGES = fileURLToPath(new URL('../../.sightline/packages', import.meta.url));

export interface TestRedis extends RedisHandle {
  readonly dataDir: string;
}

/** A data folder that finds the shared packages; Redis does not run in it. */
export async function freshDataDir(): Promise<{ dataDir: string; remove(): Promise<void> }> {
  const dataDir = await mkdtemp(join(tmpdir(), 'sightline-test-'));
  await findRedisProgram(PACKAGES, process.env, () => {});
  // Dangling where this machine has a Redis of its own: then it is not looked at.
  await symlink(PACKAGES, join(dataDir, 'packages'));
  return { dataDir, remove: () => rm(dataDir, { recursive: true, force: true }) };
}

export async function testRedis(): Promise<TestRedis> {
  const { dataDir, remove } = await freshDataDir();
  const redis = await openRedis({ redisUrl: undefined, dataDir });
  return {
    ...redis,
    dataDir,
    async close() {
      await redis.close();
      await remove();
    },
  };
}

/** Resolves when `condition` holds; fails after `timeoutMs`, so a test says what it waited for. */
export async function eventually(
  what: string,
  condition: () => Promise<boolean> | boolean,
  timeoutMs = 10_000,
): Promise<void> {
  const until = performance.now() + timeoutMs;
  while (!(await condition())) {
    if (performance.now() > until) throw new Error(`Expected within ${timeoutMs} ms: ${what}`);
    await new Promise((done) => setTimeout(done, 20));
  }
}

export const alive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};
