/**
 * `apt-get download` with the machine's package list or, where that is absent or out of date, with a list of our own that
 * is fetched beside it: `apt-get update` on the machine's would need root and change the machine.
 */
import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { watchedRun } from './watched-run.ts';

/** A package source that hangs must not hang us. */
const TIMEOUT_MS = 120_000;
const NETWORK = ['-o', 'Acquire::Retries=2', '-o', 'Acquire::http::Timeout=20', '-o', 'Acquire::https::Timeout=20'];

export interface Apt {
  /** Files of the packages, downloaded. */
  download(names: readonly string[]): Promise<string[]>;
  /** Direct dependencies by name. */
  dependencies(names: readonly string[]): Promise<string[]>;
}

export function createApt(folder: string, tell: (step: string) => void, signal?: AbortSignal): Apt {
  const run = (program: string, words: readonly string[]) =>
    watchedRun(program, words, { cwd: folder, timeoutMs: TIMEOUT_MS, signal });
  let ownList: Promise<readonly string[]> | undefined;

  const attempt = async (names: readonly string[], options: readonly string[]): Promise<string[]> => {
    const before = new Set(await readdir(folder));
    await run('apt-get', ['download', '-q', ...NETWORK, ...options, ...names]);
    const files = (await readdir(folder)).filter((name) => name.endsWith('.deb') && !before.has(name));
    return files.map((name) => join(folder, name));
  };

  const fetchList = async (): Promise<readonly string[]> => {
    tell('fetching the list of packages');
    const options = await privateState(folder);
    await run('apt-get', ['update', '-q', ...NETWORK, ...options]);
    return options;
  };

  return {
    async download(names) {
      await mkdir(folder, { recursive: true });
      if (ownList) return attempt(names, await ownList);
      try {
        return await attempt(names, []);
      } catch {
        signal?.throwIfAborted();
        ownList = fetchList();
        return attempt(names, await ownList);
      }
    },
    async dependencies(names) {
      const options = ownList ? await ownList : [];
      const stdout = await run('apt-cache', ['depends', '--no-recommends', '--no-suggests', ...options, ...names]);
      return [...new Set([...stdout.matchAll(/^\s*\|?(?:Pre)?Depends: ([^\s:<>]+)/gm)].map((match) => match[1] ?? ''))];
    },
  };
}

/** apt's folders inside ours; the machine's sources and keys are read as they are. */
async function privateState(folder: string): Promise<readonly string[]> {
  const state = join(folder, 'state');
  const cache = join(folder, 'cache');
  await mkdir(join(state, 'lists', 'partial'), { recursive: true });
  await mkdir(join(cache, 'archives', 'partial'), { recursive: true });
  const settings = {
    'Dir::State': state,
    'Dir::State::lists': join(state, 'lists'),
    'Dir::State::status': '/var/lib/dpkg/status',
    'Dir::Cache': cache,
    'Dir::Cache::archives': join(cache, 'archives'),
    // As root apt would change to a user of its own, who may not write here.
    'APT::Sandbox::User': 'root',
    // Hooks of the machine (cleaning up, indexing) are for its own state.
    'APT::Update::Post-Invoke-Success': '',
  };
  return Object.entries(settings).flatMap(([key, value]) => ['-o', `${key}=${value}`]);
}
