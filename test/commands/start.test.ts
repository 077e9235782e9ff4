/** `npm start` as a person runs it, with the engine that needs no weights: what it says, does, survives and leaves behind. */
import { readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { littleMachine } from '#test/little-machine.ts';
import { familyOf, living } from '#test/processes.ts';
import { eventually, freshDataDir } from '#test/redis.ts';
import { ask, begin as beginAnywhere, READY_MS, START, upload, workerOf } from '#test/start.ts';
import { startLoopback } from '../discord/loopback/loopback.ts';

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

const begin: typeof beginAnywhere = async (...how) => {
  const started = await beginAnywhere(...how);
  cleanups.push(started.cleanUp);
  return started;
};

test('npm start says what it found, answers, and SIGTERM ends everything with exit code 0', async () => {
  const started = await begin('npm', ['start']);
  const room = await started.ready();
  const said = started.said();
  expect(said).toMatch(/Redis +private, .*socket/);
  expect(said).toMatch(/Model +fake, accuracy not measured/);
  expect(said).toMatch(/Device +none/);
  expect(said).toMatch(/Discord +off; set DISCORD_TOKEN to turn it on:\n +1\. discord\.com/);
  expect(room).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
  // The log of its processes does not bury the address.
  expect(said).not.toMatch(/^\{/m);
  const colour = String.fromCharCode(27);
  expect(said).not.toContain(colour);

  expect(await ask(room, { sha256: await upload(room), question: 'How bright is it?' })).toMatchObject({
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
  const sha256 = await upload(room);
  const asks = Array.from({ length: 8 }, (_, part) => ask(room, { sha256, question: `How bright is part ${part}?` }));
  process.kill(killed, 'SIGKILL');
  const outcomes = await Promise.all(asks);
  expect(outcomes.filter(({ ok }) => ok)).toHaveLength(8);
  await eventually('the worker is back', () => /Worker +is back/.test(started.said()));
  expect(started.said()).toMatch(/Worker +ended with SIGKILL; it is started again/);
  expect(workerOf(started.pid)).not.toBe(killed);
});

test('its Redis killed, that is said in two plain lines, and it answers again', async () => {
  const started = await begin(process.execPath, START);
  const room = await started.ready();
  const sha256 = await upload(room);
  const before = started.said();
  const redis = familyOf(started.pid).find(({ words }) => /^\S*(?:redis|valkey)-server/.test(words));
  process.kill(redis?.pid ?? 0, 'SIGKILL');
  await eventually('Redis is back', () => /Redis +is back/.test(started.said()));
  expect(await ask(room, { sha256, question: 'How bright is it?' })).toMatchObject({ ok: true });
  const lines = started.said().slice(before.length).trim().split('\n');
  expect(lines).toEqual([
    expect.stringMatching(/^ *Redis +ended with SIGKILL; it is started again$/),
    expect.stringMatching(/^ *Redis +is back$/),
  ]);
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
