/** `npm start` as a child of a test: what it said, where its room is, and asking there as the page does. */
import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect } from 'vitest';
import { quadrants } from '#test/pictures.ts';
import { familyOf } from '#test/processes.ts';
import { eventually, freshDataDir } from '#test/redis.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
/** `npm start` without npm. */
export const START = ['cli/main.ts', 'start'];
export const READY_MS = 30_000;

export interface Started {
  readonly child: ChildProcess;
  readonly pid: number;
  readonly said: () => string;
  readonly exit: Promise<number | null>;
  /** Waits for the room; its address. */
  ready(): Promise<string>;
  /** Ends it where it has not ended, and removes its data. */
  cleanUp(): Promise<void>;
}

export async function begin(
  command: string,
  words: readonly string[],
  changes: NodeJS.ProcessEnv = {},
): Promise<Started> {
  const { dataDir, remove } = await freshDataDir();
  const env = { ...process.env, MODEL: 'fake', PORT: '0', DATA_DIR: dataDir, REDIS_URL: '', ...changes };
  // A group of its own, as a terminal gives: Ctrl-C reaches all of it.
  const child = spawn(command, words, { cwd: ROOT, env, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
  const pid = child.pid ?? 0;
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => (said += text));
  const exit = new Promise<number | null>((done) => child.once('exit', done));
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
    async cleanUp() {
      if (child.exitCode === null && child.signalCode === null) child.kill('SIGTERM');
      await exit;
      await remove();
    },
  };
}

export async function upload(room: string): Promise<string> {
  const picture = await quadrants().png().toBuffer();
  const image = await fetch(`${room}/api/images`, { method: 'POST', body: new Uint8Array(picture) });
  expect(image.status).toBe(201);
  return ((await image.json()) as { sha256: string }).sha256;
}

interface Told {
  readonly event: string;
  readonly data: { readonly ok?: boolean; readonly stage?: string };
}

/** Asks as the page does; `onTold` hears each event as it comes. Resolves with the outcome, the stream having ended. */
export async function ask(
  room: string,
  body: { sha256: string; question: string },
  onTold: (told: Told) => void = () => {},
): Promise<{ ok: boolean }> {
  const posted = await fetch(`${room}/api/asks`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  expect(posted.status).toBe(202);
  const { id } = (await posted.json()) as { id: string };
  const { body: stream } = await fetch(`${room}/api/asks/${id}/events`);
  const outcomes: { ok: boolean }[] = [];
  let unread = '';
  for await (const text of stream?.pipeThrough(new TextDecoderStream()) ?? []) {
    const frames = (unread + text).split('\n\n');
    unread = frames.pop() ?? '';
    for (const frame of frames) {
      const [, event = '', data = ''] = /^event: (.*)\ndata: (.*)$/.exec(frame) ?? [];
      if (event === '') continue;
      onTold({ event, data: JSON.parse(data) });
      if (event === 'outcome') outcomes.push(JSON.parse(data));
    }
  }
  const [outcome] = outcomes;
  expect(outcomes).toHaveLength(1);
  return outcome ?? { ok: false };
}

export const workerOf = (pid: number): number =>
  familyOf(pid).find(({ words }) => words.includes('workers/main.ts'))?.pid ?? 0;
