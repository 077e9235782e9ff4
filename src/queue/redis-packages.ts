/**
 * Redis from the distribution's own packages, unpacked into a folder of ours: nothing is installed, no root is needed.
 * Only where there is apt (Debian, Ubuntu). apt checks the signatures; the folder appears complete or not at all.
 */
import { mkdir, mkdtemp, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join, relative } from 'node:path';
import { z } from 'zod';
import { type Apt, createApt } from './apt.ts';
import { checkedVersion, type RedisProgram, withLibraries } from './redis-version.ts';
import { watchedRun } from './watched-run.ts';

/** A server and the package its program really lies in. */
const OFFERS = [
  { server: 'redis-server', packages: ['redis-server', 'redis-tools'] },
  { server: 'valkey-server', packages: ['valkey-server', 'valkey-tools'] },
] as const;

/** Unpacking a package, and asking a program for its libraries. */
const STEP_MS = 30_000;

/** What a folder is called while it is not complete. */
const PART = '.part-';
/** Longer than any fetching takes: what is older was left by one that was killed. */
const LEFT_BEHIND_MS = 3_600_000;

/** Each round lost means that another process was faster. */
const PLACE_ROUNDS = 5;

/** A library may need another; more rounds than this mean that something else is wrong. */
const LIBRARY_ROUNDS = 4;

/** What `redis.json` in the folder says; paths are relative to the folder, so that it can be moved. */
const Manifest = z.object({ program: z.string(), libraryPath: z.array(z.string()), packages: z.array(z.string()) });
type Manifest = z.infer<typeof Manifest>;

/** What lies in the folder already, really runs and is new enough, or undefined. */
export async function findFetched(folder: string): Promise<RedisProgram | undefined> {
  try {
    const { program, libraryPath } = Manifest.parse(JSON.parse(await readFile(join(folder, 'redis.json'), 'utf8')));
    const found = { program: join(folder, program), libraryPath: libraryPath.map((path) => join(folder, path)) };
    await checkedVersion(found);
    return found;
  } catch {
    return undefined;
  }
}

/** @throws Error with what apt, dpkg or ldd said, when no offer can be had; the signal's reason */
export async function fetchRedis(
  folder: string,
  tell: (step: string) => void,
  signal?: AbortSignal,
): Promise<RedisProgram> {
  await removeLeftovers(`${folder}${PART}`);
  const work = await mkdtemp(`${folder}${PART}`);
  try {
    const manifest = await firstOffer(work, tell, signal);
    await rm(join(work, 'apt'), { recursive: true, force: true });
    await writeFile(join(work, 'redis.json'), JSON.stringify(manifest, null, 2));
    return await putInPlace(work, folder);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

/**
 * Several processes may fetch at once: the first one's folder stands, and is as good as the others'. One that does not run is moved
 * aside, never removed where it stands, as a good one may take its place at any moment.
 */
async function putInPlace(work: string, folder: string): Promise<RedisProgram> {
  for (let round = 0; round < PLACE_ROUNDS; round += 1) {
    await rename(work, folder).catch(() => {});
    const standing = await findFetched(folder);
    if (standing) return standing;
    await rename(folder, join(work, `damaged-${round}`)).catch(() => {});
  }
  throw new Error(`what was fetched into ${folder} does not run`);
}

/** Makes the place for them where there is none. */
async function removeLeftovers(prefix: string): Promise<void> {
  const place = dirname(prefix);
  await mkdir(place, { recursive: true });
  for (const name of await readdir(place)) {
    if (!name.startsWith(basename(prefix))) continue;
    const { mtimeMs } = await stat(join(place, name)).catch(() => ({ mtimeMs: Number.POSITIVE_INFINITY }));
    if (mtimeMs < Date.now() - LEFT_BEHIND_MS) await rm(join(place, name), { recursive: true, force: true });
  }
}

async function firstOffer(work: string, tell: (step: string) => void, signal?: AbortSignal): Promise<Manifest> {
  const apt = createApt(join(work, 'apt'), tell, signal);
  const failures: unknown[] = [];
  for (const { server, packages } of OFFERS) {
    try {
      tell(`fetching ${server} from this system's package source`);
      const fetched: string[] = [];
      const unpack = async (names: readonly string[]) => {
        for (const file of await apt.download(names)) {
          await watchedRun('dpkg-deb', ['-x', file, join(work, 'root')], { timeoutMs: STEP_MS, signal });
        }
        fetched.push(...names);
      };
      await unpack(packages);
      const program = join(work, 'root', 'usr', 'bin', server);
      const libraryPath = await completeLibraries(apt, program, work, fetched, unpack);
      // Older systems have a Redis that is too old, and perhaps a Valkey that is not.
      await checkedVersion({ program, libraryPath: libraryPath.map((path) => join(work, path)) });
      return { program: relative(work, program), libraryPath, packages: fetched };
    } catch (error) {
      signal?.throwIfAborted();
      failures.push(error);
    }
  }
  throw new AggregateError(failures, failures.map(String).join('; '));
}

/** Fetches the shared libraries that the program needs and the machine lacks. */
async function completeLibraries(
  apt: Apt,
  program: string,
  work: string,
  fetched: readonly string[],
  unpack: (names: readonly string[]) => Promise<void>,
): Promise<string[]> {
  let asked = 0;
  for (let round = 0; ; round += 1) {
    const folders = await libraryFolders(join(work, 'root'));
    const stdout = await watchedRun('ldd', [program], { environment: withLibraries(folders), timeoutMs: STEP_MS });
    const missing = [...stdout.matchAll(/^\s*(\S+) => not found/gm)].map((match) => match[1] ?? '');
    if (missing.length === 0) return folders.map((path) => relative(work, path));
    if (round === LIBRARY_ROUNDS) throw new Error(`no package holds ${missing.join(', ')}`);
    const depending = fetched.slice(asked);
    asked = fetched.length;
    // Never the C library: it must fit the machine's own loader.
    const candidates = (await apt.dependencies(depending)).filter(
      (name) => name.startsWith('lib') && name !== 'libc6' && !fetched.includes(name),
    );
    // A package is named after its library: libjemalloc.so.2 lies in libjemalloc2. Where none is, all are taken.
    const stems = missing.map((library) => library.replace(/\.so.*$/, ''));
    const named = candidates.filter((name) => stems.some((stem) => name.startsWith(stem)));
    await unpack(named.length > 0 ? named : candidates);
  }
}

async function libraryFolders(root: string): Promise<string[]> {
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  const folders = entries.filter((entry) => /\.so(\.|$)/.test(entry.name)).map((entry) => entry.parentPath);
  return [...new Set(folders)].filter((path) => /\/lib(64)?(\/|$)/.test(path));
}
