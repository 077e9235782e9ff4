/** `sightline mcp` as an assistant starts it: the official client over standard input and output, with the model that ships. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { alive, type TestRedis, testRedis } from '#test/redis.ts';
import { type ProcessUnderTest, startProcess } from '#test/room.ts';

const at = (path: string) => fileURLToPath(new URL(`../../${path}`, import.meta.url));
const SAMPLES = at('web/public/samples');

let redis: TestRedis;
let worker: ProcessUnderTest;
let folder: string;
const open: Client[] = [];

beforeAll(async () => {
  redis = await testRedis();
  worker = await startProcess('workers/main.ts', redis.url);
  folder = await mkdtemp(join(tmpdir(), 'sightline-mcp-'));
  for (const name of ['burger.webp', 'car.png', 'sunflower.png', 'octopus.png']) {
    await copyFile(join(SAMPLES, name), join(folder, name));
  }
});
afterEach(async () => {
  for (const client of open.splice(0)) await client.close();
});
afterAll(async () => {
  await worker.close();
  await redis.close();
  await rm(folder, { recursive: true });
});

async function start(environment: Record<string, string> = {}, words: readonly string[] = []) {
  const transport = new StdioClientTransport({
    command: process.execPath,
    args: [at('cli/sightline.mjs'), 'mcp', ...words],
    env: { ...(process.env as Record<string, string>), REDIS_URL: '', ...environment },
    stderr: 'pipe',
  });
  let stderr = '';
  transport.stderr?.on('data', (chunk) => (stderr += String(chunk)));
  const client = new Client({ name: 'test', version: '1.0.0' });
  await client.connect(transport);
  open.push(client);
  const call = async (name: string, args: object) => {
    const { isError, content, structuredContent } = await client.callTool({ name, arguments: { ...args } });
    return isError ? (content as { text: string }[])[0]?.text : (structuredContent as Record<string, unknown>);
  };
  return { client, call, pid: transport.pid ?? 0, stderr: () => stderr };
}

const car = join(SAMPLES, 'car.png');

it.each([
  ['a model in its own process', () => ({})],
  ['the workers of a fleet', () => ({ REDIS_URL: redis.url })],
])('answers, describes, finds and searches with %s', async (_what, environment) => {
  const { call, stderr } = await start(environment());
  expect(await call('ask', { image: car, question: 'what is this?' })).toMatchObject({
    answer: expect.stringMatching(/car/),
  });
  expect(await call('caption', { image: car })).toMatchObject({ text: expect.stringMatching(/car/) });
  expect(await call('alt_text', { image: car })).toMatchObject({ text: expect.stringMatching(/^Machine-made/) });
  expect(await call('read_text', { image: car })).toMatchObject({ text: expect.any(String) });
  expect(await call('locate', { image: car, what: 'the car' })).toMatchObject({ box: { label: 'the car' } });
  const result = await call('search', { folder, text: 'a car', limit: 1 });
  expect(result).toMatchObject({ found: [{ path: join(folder, 'car.png') }], searched: 4, skipped: [] });
  expect(await call('caption', { image: '/nowhere.png' })).toMatch(/no readable file/);
  expect(stderr()).toBe('');
});

it('ranks captions', async () => {
  const { call } = await start();
  expect(await call('rank', { image: car, captions: ['a car', 'an octopus'] })).toMatchObject({
    ranking: [{ caption: 'a car' }, { caption: 'an octopus' }],
  });
});

it('ends when it is sent more than any picture', async () => {
  const child = spawn(process.execPath, [at('cli/sightline.mjs'), 'mcp'], { stdio: ['pipe', 'pipe', 'inherit'] });
  const ended = once(child, 'exit');
  child.stdin.on('error', () => {});
  child.stdin.write(Buffer.alloc(40 * 1024 * 1024, 'a'));
  expect(await ended).toEqual([0, null]);
});

it('ends with the assistant that started it, also in the middle of a question', async () => {
  const { client, call, pid } = await start({ MODEL: 'fake' });
  await call('caption', { image: car });
  const late = call('caption', { image: join(SAMPLES, 'octopus.png') }).catch(() => undefined);
  await client.close();
  await late;
  expect(alive(pid)).toBe(false);
});
