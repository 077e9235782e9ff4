/** Ctrl-C reaches every process of the group, and npm hands on its own copy: it is still one wish to stop. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { freshDataDir } from '#test/redis.ts';

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
