/** The store in a file, and what only a file has: who may read it, what is left of deleted rows, who waits for whom. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { NO_CHOICES } from '#store/people.ts';
import { DEFAULT_GUILD_SETTINGS } from '#store/settings.ts';
import { openStore } from '#store/store.ts';
import { storeContract } from '#test/store-contract.ts';

let folder: string;
const url = () => pathToFileURL(join(folder, 'inner', 'sightline.db')).href;
const newFolder = async () => {
  folder = await mkdtemp(join(tmpdir(), 'sightline-store-'));
};
const removeFolder = () => rm(folder, { recursive: true, force: true });

describe('a file', () => {
  storeContract(async () => {
    await newFolder();
    return { open: (news) => openStore(url(), news), close: removeFolder };
  });
});

describe('the file itself', () => {
  beforeEach(newFolder);
  afterEach(removeFolder);

  const files = async () => (await readdir(join(folder, 'inner'))).map((name) => join(folder, 'inner', name));
  const occurrences = async (word: string) => {
    let count = 0;
    for (const file of await files()) count += (await readFile(file, 'latin1')).split(word).length - 1;
    return count;
  };

  it('is readable by its owner only, the log beside it too', async () => {
    const store = await openStore(url());
    await store.settings.setGuild('1', DEFAULT_GUILD_SETTINGS);
    const modes = await Promise.all((await files()).map(async (file) => (await stat(file)).mode & 0o777));
    expect(modes.length).toBeGreaterThan(1);
    expect(new Set(modes)).toEqual(new Set([0o600]));
    await store.close();
  });

  it('holds no trace of a person who is deleted, among many who stay', async () => {
    const store = await openStore(url());
    const [ann, word] = ['4242424242424242', 'CANARYCANARY'];
    // Not in order, so that pages split and rows move: a moved row leaves a copy behind that no deletion overwrites.
    let seed = 7;
    const random = () => {
      seed = (seed * 1_664_525 + 1_013_904_223) >>> 0;
      return seed / 2 ** 32;
    };
    for (const user of [ann, '11', '22', '33']) await store.people.choose(user, { ...NO_CHOICES, feedback: 'yes' });
    for (let vote = 0; vote < 1_500; vote++) {
      const mine = random() < 0.1;
      await store.feedback.keep({
        userId: mine ? ann : String(Math.ceil(random() * 3) * 11),
        requestId: `request-${Math.floor(random() * 1e9)}`,
        guildId: String(Math.floor(random() * 1e9)),
        vote: 'up',
        task: 'vqa',
        question: `${mine ? word : 'other'} ${'x'.repeat(random() * 300)}`,
        answer: 'a cat',
        modelId: 'fake',
        confidence: 0.5,
        givenAt: vote,
      });
    }
    expect(await occurrences(word)).toBeGreaterThan(0);
    await store.privacy.deleteUser(ann);
    expect([await occurrences(word), await occurrences(ann)]).toEqual([0, 0]);
    expect((await store.privacy.exportUser('11')).feedback.length).toBeGreaterThan(100);
    await store.close();
  });

  it('is opened by several processes at once, the first time too', async () => {
    const stores = await Promise.all(Array.from({ length: 4 }, () => openStore(url())));
    await Promise.all(stores.map((store, i) => store.people.permit(String(i), '1', 1)));
    expect(await Promise.all(stores.map((_, i) => stores[0]?.people.permits(String(i), '1')))).toEqual([
      true,
      true,
      true,
      true,
    ]);
    await Promise.all(stores.map((store) => store.close()));
  });

  it('that another process has locked keeps the caller waiting, not its thread', async () => {
    const store = await openStore(url());
    const locker = spawn(process.execPath, [
      '-e',
      `const { DatabaseSync } = require('node:sqlite');
       new DatabaseSync(process.argv[1]).exec('BEGIN IMMEDIATE');
       console.log('locked');
       setTimeout(() => process.exit(), 600);`,
      join(folder, 'inner', 'sightline.db'),
    ]);
    await once(locker.stdout, 'data');
    const delay = monitorEventLoopDelay({ resolution: 5 });
    delay.enable();
    const start = performance.now();
    await store.people.permit('1', '1', 1);
    const waitedMs = performance.now() - start;
    delay.disable();
    // Where the thread itself waited, the loop would have stood still for all of that time.
    expect(delay.max / 1e6).toBeLessThan(waitedMs / 2);
    expect(await store.people.permits('1', '1')).toBe(true);
    await store.close();
  });

  it('says so when it is no database, or cannot be made, without a stack', async () => {
    const store = await openStore(url());
    await store.close();
    for (const file of await files())
      await writeFile(file, 'This is no database, however long it may be. '.repeat(100));
    await expect(openStore(url())).rejects.toMatchObject({ code: 'store_failed' });
    await expect(openStore('file:///dev/null/sightline.db')).rejects.toMatchObject({ code: 'store_failed' });
  });

  it('fails what comes after it is closed, and does not hang', async () => {
    const store = await openStore(url());
    await store.close();
    await expect(store.people.choices('1')).rejects.toMatchObject({ code: 'store_unavailable' });
  });
});
