/** `npm start` as a person runs it, with the engine that needs no weights: what it says, does, survives and leaves behind. */
import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { fileURLToPath } from 'node:url';
import { afterEach, expect, test } from 'vitest';
import { quadrants } from '#test/pictures.ts';
import { familyOf, living } from '#test/processes.ts';
import { eventually, freshDataDir } from '#test/redis.ts';
import { startLoopback } from '../discord/loopback/loopback.ts';

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
  expect(said).toMatch(/Discord +off; set DISCORD_TOKEN to turn it on:\n +1\. discord\.com/);
  expect(room).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
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

test('no Redis anywhere: the three remedies, and an exit code', async () => {
  const { dataDir, remove } = await freshDataDir();
  cleanups.push(remove);
  const started = await begin(process.execPath, START, { PATH: '', DATA_DIR: `${dataDir}/none` });
  expect(await started.exit).toBe(1);
  expect(started.said()).toMatch(/apt install redis-server.*docker run.*REDIS_URL/s);
});

test('with a token the bot comes up too, and its secret goes to no other process', async () => {
  const discord = await startLoopback({ token: 'canary-token' });
  cleanups.push(() => discord.close());
  discord.createGuild({ name: 'Home' });
  const started = await begin('npm', ['start'], {
    DISCORD_TOKEN: discord.token,
    DISCORD_API: discord.rest.api,
    DISCORD_CDN: discord.rest.cdn,
  });
  await started.ready();
  await eventually('the bot is on', () => started.said().includes('Discord'), READY_MS);
  expect(started.said()).toMatch(/Discord +sightline is on, 1 server\n +add it to a server: https:\S+permissions=\d+/);
  expect(started.said()).not.toContain('canary-token');
  for (const { pid, words } of familyOf(started.pid)) {
    if (!/(?:workers|web)\/main\.ts/.test(words)) continue;
    expect(readFileSync(`/proc/${pid}/environ`, 'utf8')).not.toContain('canary-token');
  }
});

test('with a token that Discord refuses the room opens all the same, and what to do is said', async () => {
  const discord = await startLoopback();
  cleanups.push(() => discord.close());
  const started = await begin('npm', ['start'], { DISCORD_TOKEN: 'wrong', DISCORD_API: discord.rest.api });
  await started.ready();
  await eventually('the refusal', () => started.said().includes('Discord does not accept the token'), READY_MS);
  expect(started.said().match(/does not accept/g)).toHaveLength(1);
});
