/** The fetched Redis in the data folder: trusted when it runs, fetched anew when it does not. Package tools of the test's own. */
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { findRedisProgram } from '#queue/redis-program.ts';
import { littleMachine } from '#test/little-machine.ts';
import { checkRedis } from '../../cli/doctor/redis-check.ts';

const PROGRAM = 'root/usr/bin/redis-server';

let dataDir: string;
let path: string;
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'sightline-packages-'));
  path = await littleMachine({
    'apt-get': `echo "$@" >> ${dataDir}/fetched; echo package > redis.deb`,
    'apt-cache': '',
    'dpkg-deb': `mkdir -p "$3/usr/bin"; printf '#!/bin/sh\\necho Redis server v=7.0.15' > "$3/usr/bin/redis-server"; chmod 755 "$3/usr/bin/redis-server"`,
    ldd: '',
  });
  vi.stubEnv('PATH', path);
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await Promise.all([dataDir, path].map((folder) => rm(folder, { recursive: true })));
});

const packages = () => join(dataDir, 'packages');
const find = async () => {
  const told: string[] = [];
  const { program } = await findRedisProgram(packages(), process.env, (step) => told.push(step));
  return { program, told };
};

test('what was fetched is found again, without fetching', async () => {
  const fetched = ["fetching redis-server from this system's package source"];
  expect(await find()).toEqual({ program: join(packages(), PROGRAM), told: fetched });
  expect(await find()).toEqual({ program: join(packages(), PROGRAM), told: [] });
});

test.each([
  ['its program is cut off', () => writeFile(join(packages(), PROGRAM), 'half a program')],
  ['its program is gone', () => rm(join(packages(), PROGRAM))],
  ['its list is damaged', () => writeFile(join(packages(), 'redis.json'), '{"program":')],
])('where %s, it is fetched again, once', async (_what, damage) => {
  await find();
  await damage();
  expect((await find()).told).toHaveLength(1);
  expect((await find()).told).toEqual([]);
});

test('several that fetch at once all find one that runs, whoever was faster', async () => {
  for (let round = 0; round < 5; round += 1) {
    await rm(packages(), { recursive: true, force: true });
    const found = await Promise.all(Array.from({ length: 6 }, find));
    expect(new Set(found.map(({ program }) => program))).toEqual(new Set([join(packages(), PROGRAM)]));
  }
});

test('what a killed fetch left is removed by the next, what another is fetching is not', async () => {
  const [old, fresh] = ['old', 'fresh'].map((name) => `${packages()}.part-${name}`) as [string, string];
  await Promise.all([old, fresh].map((folder) => mkdir(folder)));
  await utimes(old, 0, 0);
  await find();
  expect([existsSync(old), existsSync(fresh)]).toEqual([false, true]);
});

test('one that never runs is told after one attempt', async () => {
  await writeFile(join(path, 'dpkg-deb'), `#!/bin/sh\nmkdir -p "$3/usr/bin"\n`, { mode: 0o755 });
  await expect(find()).rejects.toMatchObject({ code: 'redis_missing' });
});

/** A program on PATH that is of this version. */
const ofVersion = (name: string, version: string) =>
  writeFile(join(path, name), `#!/bin/sh\necho ${name} v=${version} sha=0\n`, { mode: 0o755 });

test.each(['5.0.7', '6.0.16', 'unstable'])('a redis-server %s is passed over for a valkey-server', async (version) => {
  await ofVersion('redis-server', version);
  await ofVersion('valkey-server', '7.2.5');
  expect(await find()).toEqual({ program: join(path, 'valkey-server'), told: [] });
  expect(await checkRedis({ redisUrl: undefined, dataDir })).toMatchObject({
    ok: true,
    found: expect.stringContaining('valkey-server'),
  });
});

test('where there is none but one that is too old, that is told', async () => {
  await rm(join(path, 'apt-get'));
  await ofVersion('redis-server', '6.0.16');
  const told = { message: expect.stringContaining('of version 6.2 or newer') };
  await expect(find()).rejects.toMatchObject({ code: 'redis_missing', ...told });
  expect(await checkRedis({ redisUrl: undefined, dataDir })).toMatchObject({ ok: false, found: 'redis_missing' });
});

test("the distribution's package is not taken when it is too old", async () => {
  await writeFile(
    join(path, 'dpkg-deb'),
    `#!/bin/sh\nmkdir -p "$3/usr/bin"\nprintf '#!/bin/sh\\necho Redis server v=6.0.16' > "$3/usr/bin/redis-server"\nchmod 755 "$3/usr/bin/redis-server"\n`,
    { mode: 0o755 },
  );
  await expect(find()).rejects.toMatchObject({ code: 'redis_missing' });
});
