/** What a person waits for: `npm start` to the first answer in the room, and a cold `sightline ask`. */
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { freshDataDir } from '#test/redis.ts';
import { scenes } from './pictures.ts';
import { QUESTION } from './raw-loop.ts';
import { atMost, type Row, row } from './row.ts';
import { estimate } from './statistics.ts';

const root = fileURLToPath(new URL('../', import.meta.url));

export async function commands(rounds: number): Promise<Row[]> {
  const [picture] = await scenes(1, 4_000_000);
  if (!picture) throw new Error('No picture was drawn. This is a bug.');
  const asks: number[] = [];
  const starts: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    asks.push(await coldAsk(picture));
    starts.push(await startToAnswer(picture));
  }
  return [
    row('npm start, installed, to the first answer, s', estimate(starts), atMost(5, true)),
    row('npm start to the first answer, release bar, s', estimate(starts), atMost(3)),
    row('sightline ask, cold, s', estimate(asks), atMost(1.5, true)),
  ];
}

async function coldAsk(picture: Uint8Array): Promise<number> {
  const folder = await mkdtemp(join(tmpdir(), 'sightline-bench-'));
  const file = join(folder, 'scene.png');
  await writeFile(file, picture);
  const started = performance.now();
  await promisify(execFile)(process.execPath, ['cli/main.ts', 'ask', file, QUESTION], { cwd: root });
  const seconds = (performance.now() - started) / 1_000;
  await rm(folder, { recursive: true });
  return seconds;
}

/** From the command to the outcome in the room's event stream. */
async function startToAnswer(picture: Uint8Array): Promise<number> {
  const { dataDir, remove } = await freshDataDir();
  const started = performance.now();
  const child = spawn('npm', ['start', '--silent'], {
    cwd: root,
    env: { ...process.env, DATA_DIR: dataDir, PORT: '0', REDIS_URL: '', LOG_LEVEL: 'warn' },
    stdio: ['ignore', 'pipe', 'inherit'],
    detached: true,
  });
  const exit = once(child, 'exit');
  try {
    const url = await new Promise<string>((resolve, reject) => {
      let said = '';
      child.stdout.on('data', (chunk: Buffer) => {
        said += chunk.toString();
        const [address] = /http:\/\/[\d.]+:\d+/.exec(said) ?? [];
        if (address) resolve(address);
      });
      child.once('exit', () => reject(new Error(`npm start ended early: ${said}`)));
    });
    await answerInRoom(url, picture);
    return (performance.now() - started) / 1_000;
  } finally {
    // The whole group, as Ctrl-C in a terminal does.
    if (child.pid !== undefined) process.kill(-child.pid, 'SIGINT');
    await exit;
    await remove();
  }
}

async function answerInRoom(url: string, picture: Uint8Array): Promise<void> {
  const send = async (path: string, type: string, body: BodyInit) => {
    const reply = await fetch(url + path, { method: 'POST', headers: { 'content-type': type, origin: url }, body });
    if (!reply.ok) throw new Error(`${path}: ${reply.status} ${await reply.text()}`);
    return (await reply.json()) as Record<string, string>;
  };
  const { sha256 } = await send('/api/images', 'application/octet-stream', Uint8Array.from(picture));
  const question = JSON.stringify({ sha256, task: 'vqa', question: QUESTION, conversation: [] });
  const { id } = await send('/api/asks', 'application/json', question);
  const events = await fetch(`${url}/api/asks/${id}/events`);
  const text = await events.text();
  if (!/event: outcome\ndata: \{"ok":true/.test(text)) throw new Error(`No answer in the room: ${text}`);
}
