/** Ctrl-C reaches every process of the group, and npm hands on its own copy: it is still one wish to stop. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { familyOf, living } from '#test/processes.ts';
import { eventually, freshDataDir, testRedis } from '#test/redis.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));

describe('npm start', () => {
  it.each(['SIGINT', 'SIGTERM'] as const)(
    'ends with 0 when its whole group gets %s, time and again',
    async (signal) => {
      for (let round = 0; round < 4; round += 1) {
        const { dataDir, remove } = await freshDataDir();
        const child = spawn('npm', ['start', '--silent'], {
          cwd: root,
          env: { ...process.env, DATA_DIR: dataDir, PORT: '0', REDIS_URL: '', MODEL: 'fake' },
          stdio: ['ignore', 'pipe', 'ignore'],
          detached: true,
        });
        let said = '';
        for await (const chunk of child.stdout) {
          said += String(chunk);
          if (said.includes('in a browser')) break;
        }
        const exit = once(child, 'exit');
        process.kill(-(child.pid ?? 0), signal);
        expect(await exit).toEqual([0, null]);
        await remove();
      }
    },
  );
});

/** What the system shows of a process' environment, where it does. */
const environmentOf = (pid: number) =>
  existsSync('/proc') ? readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0') : ['MALLOC_ARENA_MAX=2'];

describe.each(['worker', 'web'])('npm run %s', (script) => {
  it('ends with 0 when npm alone gets SIGTERM, and leaves nothing behind', async () => {
    const redis = await testRedis();
    const { MALLOC_ARENA_MAX: _, ...env } = process.env;
    const child = spawn('npm', ['run', script], {
      cwd: root,
      env: { ...env, REDIS_URL: redis.url, PORT: '0', MODEL: 'fake', LOG_LEVEL: 'info' },
      stdio: ['ignore', 'ignore', 'pipe'],
      detached: true,
    });
    let said = '';
    child.stderr.on('data', (text) => (said += text));
    await eventually('ready', () => /ready for questions|the room is open/.test(said), 30_000);
    const family = familyOf(child.pid ?? 0);
    const ours = family.find(({ words }) => /node\S* \S*workers\/launch\.ts/.test(words));
    if (script === 'worker') expect(environmentOf(ours?.pid ?? 0)).toContain('MALLOC_ARENA_MAX=2');
    const exit = once(child, 'exit');
    child.kill('SIGTERM');
    expect(await exit).toEqual([0, null]);
    await eventually('nothing left', () => living(family).length === 0);
    await redis.close();
  });

  it('ends with 0 when it gets SIGTERM although no Redis ever answered, and has said that once', async () => {
    const child = spawn('npm', ['run', script], {
      cwd: root,
      env: { ...process.env, REDIS_URL: 'redis://127.0.0.1:1', PORT: '0', MODEL: 'fake', LOG_LEVEL: 'info' },
      stdio: ['ignore', 'ignore', 'pipe'],
      detached: true,
    });
    let said = '';
    child.stderr.on('data', (text) => (said += text));
    await eventually('told', () => said.includes('No Redis answers at 127.0.0.1:1'), 30_000);
    // Some attempts more.
    await new Promise((done) => setTimeout(done, 1_000));
    const exit = once(child, 'exit');
    child.kill('SIGTERM');
    expect(await exit).toEqual([0, null]);
    expect(said.match(/"level":[456]0/g)).toHaveLength(1);
    expect(said).not.toContain('"stack"');
  });
});
