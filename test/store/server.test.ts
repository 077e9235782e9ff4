/** The store on a server, as far as our side of the wire goes (test/support/hrana-server.ts says what that shows). */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { LIMITS } from '#core/limits.ts';
import { openStore } from '#store/store.ts';
import { type HranaServer, hranaServer } from '#test/hrana-server.ts';
import { storeContract } from '#test/store-contract.ts';

let folder: string;
let server: HranaServer;
const start = async () => {
  folder = await mkdtemp(join(tmpdir(), 'sightline-store-'));
  server = await hranaServer(join(folder, 'server.db'));
};
const stop = async () => {
  await server.close();
  await rm(folder, { recursive: true, force: true });
};

describe('a server', () => {
  storeContract(async () => {
    await start();
    return { open: (news) => openStore(server.url, news), close: stop };
  });
});

describe('the wire', () => {
  beforeEach(start);
  afterEach(stop);

  it('carries the token, and no error shows it', async () => {
    const wrong = server.url.replace(server.token, 'wrong-token');
    const error = await openStore(wrong).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'store_failed' });
    expect((error as Error).message).not.toContain('wrong-token');
  });

  it('is given up when the server falls silent', async () => {
    const store = await openStore(server.url);
    server.silence();
    const start = performance.now();
    await expect(store.people.choices('1')).rejects.toMatchObject({ code: 'store_unavailable' });
    expect(performance.now() - start).toBeLessThan(2 * LIMITS.storeSilenceMs);
    await store.close();
  });

  it('that is not there says so', async () => {
    await expect(openStore('http://127.0.0.1:9')).rejects.toMatchObject({ code: 'store_failed' });
    await expect(openStore('postgres://127.0.0.1')).rejects.toMatchObject({ code: 'store_failed' });
  });
});
