/** `npm start` as a person runs it, with the engine that needs no weights: what it says, does, survives and leaves behind. */
import { type ChildProcess, spawn } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { fileURLToPath } from 'node:url';
import { afterEach, expect, test } from 'vitest';
import { littleMachine } from '#test/little-machine.ts';
import { quadrants } from '#test/pictures.ts';
import { familyOf, living } from '#test/processes.ts';
import { eventually, freshDataDir } from '#test/redis.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const START = ['cli/main.ts', 'start'];
const READY_MS = 30_000;

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

interface Started {
  readonly child: ChildProcess;
  readonly pid: number;
  readonly said: () => string;
  readonly exit: Promise<number | null>;
  /** Waits for the room; its address. */
  ready(): Promise<string>;
}

async function begin(command: string, words: readonly string[], changes: NodeJS.ProcessEnv = {}): Promise<Started> {
  const { dataDir, remove } = await freshDataDir();
  const env = { ...process.env, MODEL: 'fake', PORT: '0', DATA_DIR: dataDir, REDIS_URL: '', ...changes };
  // A group of its own, as a terminal gives: Ctrl-C reaches all of it.
  const child = spawn(command, words, { cwd: ROOT, env, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
  const pid = child.pid ?? 0;
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => (said += text));
  const exit = new Promise<number | null>((done) => child.once('exit', done));
  cleanups.push(remove, async () => {
    if (child.exitCode === null && child.signalCode === null) child.kill('SIGTERM');
    await exit;
  });
  const address = () => /http:\/\/\S+/.exec(said)?.[0];
  return {
    child,
    pid,
    said: () => said,
    exit,
    async ready() {
      await eventually(`the address of the room, said: ${said}`, () => address() !== undefined, READY_MS);
      return address() ?? '';
    },
  };
}

async function upload(room: string): Promise<string> {
  const picture = await quadrants().png().toBuffer();
  const image = await fetch(`${room}/api/images`, { method: 'POST', body: new Uint8Array(picture) });
  expect(image.status).toBe(201);
  return ((await image.json()) as { sha256: string }).sha256;
}

/** Asks as the page does and waits for the outcome. */
async function ask(room: string, sha256: string, question: string): Promise<{ ok: boolean }> {
  const posted = await fetch(`${room}/api/asks`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ sha256, question }),
  });
  expect(posted.status).toBe(202);
  const { id } = (await posted.json()) as { id: string };
  const events = await (await fetch(`${room}/api/asks/${id}/events`)).text();
  const outcomes = [...events.matchAll(/event: outcome\ndata: (.*)/g)].map(([, data]) => JSON.parse(data ?? ''));
  expect(outcomes).toHaveLength(1);
  return outcomes[0];
}

const workerOf = (pid: number) => familyOf(pid).find(({ words }) => words.includes('workers/main.ts'))?.pid ?? 0;

test('npm start says what it found, answers, and SIGTERM ends everything with exit code 0', async () => {
  const started = await begin('npm', ['start']);
  const room = await started.ready();
  const said = started.said();
  expect(said).toMatch(/Redis +private, .*socket/);
  expect(said).toMatch(/Model +fake, accuracy not measured/);
  expect(said).toMatch(/Device +none/);
  expect(said).toMatch(/Discord +off; set DISCORD_TOKEN/);
  expect(room).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
  // The log of its processes does not bury the address.
  expect(said).not.toMatch(/^\{/m);
  const colour = String.fromCharCode(27);
  expect(said).not.toContain(colour);

  expect(await ask(room, await upload(room), 'How bright is it?')).toMatchObject({
    ok: true,
    answer: { text: expect.stringMatching(/^a /) },
  });

  const family = familyOf(started.pid);
  expect(family.length).toBeGreaterThanOrEqual(5);
  started.child.kill('SIGTERM');
  expect(await started.exit).toBe(0);
  expect(living(family)).toEqual([]);
});

test('Ctrl-C, which reaches all of its processes at once, ends everything with exit code 0', async () => {
  const started = await begin(process.execPath, START);
  await started.ready();
  const family = familyOf(started.pid);
  process.kill(-started.pid, 'SIGINT');
  expect(await started.exit).toBe(0);
  expect(living(family)).toEqual([]);
  expect(started.said()).not.toMatch(/started again|error/i);
});

test('Ctrl-C before it is ready ends everything too', async () => {
  const started = await begin(process.execPath, START);
  await eventually('its first words', () => started.said().includes('Redis'), READY_MS);
  const family = familyOf(started.pid);
  process.kill(-started.pid, 'SIGINT');
  expect(await started.exit).toBe(0);
  expect(living(family)).toEqual([]);
});

test('its worker killed under load, every ask is answered and the worker is back', async () => {
  const started = await begin(process.execPath, START);
  const room = await started.ready();
  const killed = workerOf(started.pid);
  const picture = await upload(room);
  const asks = Array.from({ length: 8 }, (_, index) => ask(room, picture, `How bright is part ${index}?`));
  process.kill(killed, 'SIGKILL');
  const outcomes = await Promise.all(asks);
  expect(outcomes.filter(({ ok }) => ok)).toHaveLength(8);
  await eventually('the worker is back', () => /Worker +is back/.test(started.said()));
  expect(started.said()).toMatch(/Worker +ended with SIGKILL; it is started again/);
  expect(workerOf(started.pid)).not.toBe(killed);
});

test('killed itself, it leaves no process behind', async () => {
  const started = await begin(process.execPath, START);
  await started.ready();
  const family = familyOf(started.pid);
  process.kill(started.pid, 'SIGKILL');
  await eventually('all gone', () => living(family).length === 0, 15_000);
});

test('a taken port is told in a sentence, and nothing is left running', async () => {
  const squatter = createServer();
  await new Promise<void>((done) => squatter.listen(0, '127.0.0.1', done));
  cleanups.push(() => squatter.close());
  const address = squatter.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  const started = await begin(process.execPath, START, { PORT: String(port) });
  let family = familyOf(started.pid);
  const watch = setInterval(() => {
    family = [...family, ...familyOf(started.pid)];
  }, 50);
  expect(await started.exit).toBe(1);
  clearInterval(watch);
  expect(started.said()).toContain(`The address 127.0.0.1:${port} is taken.`);
  expect(living(family)).toEqual([]);
});

/** A start whose Redis is just being fetched, by a package tool that hangs and has a child, as apt has. */
async function beginFetching() {
  const { dataDir, remove } = await freshDataDir();
  const path = await littleMachine({ 'apt-get': 'sleep 1000 &\nwait' });
  cleanups.push(remove, () => rm(path, { recursive: true }));
  const started = await begin(process.execPath, START, { PATH: path, DATA_DIR: `${dataDir}/none` });
  const fetching = () => familyOf(started.pid).filter(({ words }) => words.includes('sleep'));
  await eventually('the package tool runs', () => fetching().length > 0, READY_MS);
  return { started, family: familyOf(started.pid) };
}

test('Ctrl-C while Redis is fetched ends the fetching too, at once', async () => {
  const { started, family } = await beginFetching();
  process.kill(-started.pid, 'SIGINT');
  expect(await started.exit).toBe(0);
  await eventually('all gone', () => living(family).length === 0);
});

test('killed while Redis is fetched, it leaves no package tool behind', async () => {
  const { started, family } = await beginFetching();
  process.kill(started.pid, 'SIGKILL');
  await eventually('all gone', () => living(family).length === 0);
});

test.each([
  ['DATA_DIR under /proc', { DATA_DIR: '/proc/sightline' }, 'DATA_DIR: /proc/sightline cannot be made'],
  ['a file as DATA_DIR', { DATA_DIR: process.execPath }, 'is a file where a folder is needed'],
  ['a HOST that leads nowhere', { HOST: 'no-such-host.invalid' }, 'HOST: no-such-host.invalid is a name that leads'],
  ['a HOST of another machine', { HOST: '203.0.113.1' }, 'HOST: 203.0.113.1 is no address of this machine'],
  ['a MODEL that is none', { MODEL: 'nope' }, 'there is no model "nope"; there is sightline-small, fake'],
  ['a REDIS_URL where nobody answers', { REDIS_URL: 'redis://127.0.0.1:1' }, 'No Redis answers at 127.0.0.1:1'],
])('%s is told in a sentence, and ends', async (_what, changes, sentence) => {
  const started = await begin(process.execPath, START, changes);
  expect(await started.exit).toBe(1);
  const said = started.said();
  expect(said).toContain(sentence);
  expect(said).not.toMatch(/started again|went wrong|"stack"/);
});

test('no Redis anywhere: the three remedies, and an exit code', async () => {
  const { dataDir, remove } = await freshDataDir();
  cleanups.push(remove);
  const started = await begin(process.execPath, START, { PATH: '', DATA_DIR: `${dataDir}/none` });
  expect(await started.exit).toBe(1);
  expect(started.said()).toMatch(/apt install redis-server.*docker run.*REDIS_URL/s);
});
