/**
 * Where the private Redis of a data folder lives: its files, its socket, and the lock that lets only one process start it.
 */
import { createHash } from 'node:crypto';
import { access, constants, lstat, mkdir, rm, stat } from 'node:fs/promises';
import { createConnection, createServer, type Server } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { SightlineError } from '#core/errors.ts';

/** A socket address holds 108 bytes on Linux and 104 on macOS, the closing zero included. */
const SOCKET_BYTES = 103;

export interface RedisPlace {
  /** Append-only files. */
  readonly files: string;
  readonly socket: string;
  /** Packages of the distribution, unpacked. */
  readonly packages: string;
  readonly lock: string;
}

/**
 * Makes the folders, readable by this user alone.
 * @throws SightlineError `bad_configuration` where DATA_DIR can be no such folder, `redis_failed`
 */
export async function redisPlace(dataDir: string): Promise<RedisPlace> {
  const folder = resolve(dataDir);
  const identity = createHash('sha256').update(folder).digest('hex').slice(0, 12);
  const files = join(folder, 'redis');
  try {
    await makeFolder(files);
    await access(files, constants.W_OK);
  } catch (error) {
    throw new SightlineError('bad_configuration', { detail: `DATA_DIR: ${folder} ${unfit(error)}` });
  }
  const near = join(folder, 'redis', 'redis.sock');
  const socket = Buffer.byteLength(near) <= SOCKET_BYTES ? near : join(await shortFolder(identity), 'redis.sock');
  // Linux frees an abstract address with its process, however that ends; elsewhere a stale file is detected.
  const lock = process.platform === 'linux' ? `\0sightline-${userInfo().uid}-${identity}` : `${socket}.lock`;
  return { files, socket, packages: join(folder, 'packages'), lock };
}

/** Node's own recursive `mkdir` spins for ever where a parent is there and lets nothing be made in it, as /proc. */
async function makeFolder(folder: string): Promise<void> {
  const found = await stat(folder).catch(() => undefined);
  if (found?.isDirectory()) return;
  if (found) throw Object.assign(new Error(`${folder} is no folder`), { code: 'ENOTDIR' });
  if (dirname(folder) !== folder) await makeFolder(dirname(folder));
  await mkdir(folder, { mode: 0o700 }).catch((error: NodeJS.ErrnoException) => {
    // Another process was faster.
    if (error.code !== 'EEXIST') throw error;
  });
}

function unfit(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'ENOTDIR' || code === 'EEXIST') return 'is a file where a folder is needed';
  if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS') return 'may not be written to';
  return `cannot be made (${String(code)})`;
}

/** A folder under the system's temporary one that nobody else can have prepared for us. */
async function shortFolder(identity: string): Promise<string> {
  const folder = join(tmpdir(), `sightline-${userInfo().uid}-${identity}`);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const found = await lstat(folder);
  if (!found.isDirectory() || found.uid !== process.getuid?.() || (found.mode & 0o077) !== 0) {
    throw new SightlineError('redis_failed', { detail: `${folder} belongs to somebody else` });
  }
  return folder;
}

/** Whether somebody accepts connections there. A Redis that is busy or ending still does. */
export function isLive(socket: string): Promise<boolean> {
  return new Promise((answer) => {
    const connection = createConnection(socket);
    connection.once('connect', () => {
      connection.destroy();
      answer(true);
    });
    connection.once('error', () => answer(false));
  });
}

export interface Lock {
  release(): Promise<void>;
}

/** The lock, or undefined when another process holds it. */
export async function takeLock(address: string): Promise<Lock | undefined> {
  const server = await bound(address);
  if (server) return lockOf(server);
  if (address.startsWith('\0') || (await isLive(address))) return undefined;
  await rm(address, { force: true });
  const second = await bound(address);
  return second && lockOf(second);
}

function bound(address: string): Promise<Server | undefined> {
  const server = createServer((connection) => connection.destroy());
  return new Promise((done, fail) => {
    server.once('error', (error: NodeJS.ErrnoException) =>
      error.code === 'EADDRINUSE' ? done(undefined) : fail(error),
    );
    server.listen(address, () => {
      server.unref();
      done(server);
    });
  });
}

const lockOf = (server: Server): Lock => ({ release: () => new Promise((done) => server.close(() => done())) });
