import {
  appendFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { partOf } from '#inference/hub/download.ts';
import { loadHubModel } from '#inference/hub/load.ts';
import { readLock, verifyLocked } from '#inference/hub/lock.ts';
import { type PullOptions, pullModel } from '#inference/hub/pull.ts';
import { folderOf, modelsFolder } from '#inference/hub/store.ts';
import { type LoopbackHub, openLoopbackHub, tinyOnHub } from '#test/loopback-hub.ts';
import { COMMIT, dataFolder, filesBelow } from '#test/tiny-models.ts';

const ID = 'tiny/tiny-clip';
const GRAPH = 'onnx/vision_model.onnx';
let hub: LoopbackHub;
let dataDir: string;
let remove: () => void;

beforeAll(async () => {
  hub = await openLoopbackHub({});
});
afterAll(() => hub.close());
beforeEach(() => {
  ({ dataDir, remove } = dataFolder());
  hub.misbehave = () => undefined;
  hub.requests.length = 0;
  hub.models[ID] = tinyOnHub('tiny-clip');
});
afterEach(() => remove());

const pull = (id = ID, changes: Partial<PullOptions> = {}) =>
  pullModel(id, { access: { endpoint: hub.endpoint, pauseMs: 1 }, dataDir, device: 'cpu', ...changes });
const pathOf = (file: string) => join(folderOf(dataDir, ID), file);
const load = () => loadHubModel(ID, { dataDir, device: 'cpu' });

describe('pull', () => {
  it('brings a model that loads, locked by commit and hashes, and then needs no hub', async () => {
    const seen: number[] = [];
    const { model } = await pull(ID, { onProgress: ({ doneBytes }) => seen.push(doneBytes) });
    expect(model.commit).toBe(COMMIT);
    expect(Object.keys(model.files)).toEqual(
      expect.arrayContaining(['config.json', 'tokenizer.json', GRAPH, 'onnx/text_model.onnx']),
    );
    expect(seen.length).toBeGreaterThan(1);
    const asked = hub.requests.length;
    expect((await load()).card).toMatchObject({ id: ID, revision: COMMIT });
    expect(hub.requests.length).toBe(asked);
  });

  it('fetches nothing a second time', async () => {
    await pull();
    expect((await pull()).fetchedBytes).toBe(0);
  });

  it('takes only the weights that are wanted, and adds others at the same commit', async () => {
    hub.models[ID] = tinyOnHub('tiny-clip', ['_quantized']);
    const first = await pull();
    expect(Object.keys(first.model.files)).not.toContain(GRAPH);
    expect(Object.keys(first.model.files)).toContain('onnx/vision_model_quantized.onnx');
    const both = await pull(ID, { dtype: 'text_model=fp32,q8' });
    expect(both.dtypes).toEqual({ vision_model: 'q8', text_model: 'fp32' });
    expect(Object.keys(both.model.files)).toContain('onnx/text_model.onnx');
    expect(Object.keys(both.model.files)).toContain('onnx/text_model_quantized.onnx');
  });

  it('sends the token to the hub and not to where it leads', async () => {
    hub.models[ID] = { ...tinyOnHub('tiny-clip'), gated: true };
    await pull(ID, { access: { endpoint: hub.endpoint, token: 'secret' } });
    const tokens = (origin: string) =>
      new Set(hub.requests.filter((one) => one.origin === origin).map(({ token }) => token));
    expect(tokens('hub')).toEqual(new Set(['secret']));
    expect(tokens('cdn')).toEqual(new Set([undefined]));
  });

  it('takes from HF_HOME what lies there for the same commit, once its hash is right', async () => {
    const home = join(dataDir, 'hf');
    const snapshot = join(home, 'hub/models--tiny--tiny-clip/snapshots', COMMIT);
    for (const [file, path] of Object.entries(tinyOnHub('tiny-clip').files)) cpSync(path, join(snapshot, file));
    const bad = readFileSync(join(snapshot, 'onnx/text_model.onnx'));
    bad[100] = (bad[100] ?? 0) ^ 255;
    writeFileSync(join(snapshot, 'onnx/text_model.onnx'), bad);
    await pull(ID, { hfHome: home });
    expect(hub.requests.filter(({ origin }) => origin === 'cdn')).toHaveLength(1);
    await expect(load()).resolves.toBeDefined();
  });
});

describe('a broken transfer', () => {
  it('goes on where it broke off, within one pull', async () => {
    let cuts = 0;
    hub.misbehave = ({ origin }) => (origin === 'cdn' && cuts++ < 3 ? { cutAfter: 10_000 } : undefined);
    await pull();
    expect(hub.requests.some(({ range }) => /^bytes=[1-9]\d+-$/.test(range ?? ''))).toBe(true);
    await expect(load()).resolves.toBeDefined();
  });

  it('goes on where an earlier pull was interrupted, and leaves nothing that loads meanwhile', async () => {
    const leave = new AbortController();
    hub.misbehave = ({ origin, range }) => {
      if (origin !== 'cdn') return undefined;
      // Asked for the rest, so there is a part.
      if (range !== undefined) leave.abort();
      return { cutAfter: 10_000 };
    };
    await expect(pull(ID, { signal: leave.signal })).rejects.toMatchObject({ code: 'cancelled' });
    await expect(load()).rejects.toMatchObject({ code: 'hub_model_missing' });
    hub.misbehave = () => undefined;
    hub.requests.length = 0;
    await pull();
    expect(hub.requests.some(({ range }) => range !== undefined)).toBe(true);
    await expect(load()).resolves.toBeDefined();
  });

  it('gives up on a hub that sends nothing more, and says that going on is possible', async () => {
    hub.misbehave = ({ origin, range }) => {
      if (origin !== 'cdn') return undefined;
      return range === undefined ? { cutAfter: 10_000 } : { cutAfter: 0 };
    };
    await expect(pull()).rejects.toMatchObject({ code: 'hub_unreachable', message: /goes on where it stopped/ });
    expect(
      existsSync(partOf(pathOf(GRAPH), COMMIT)) || existsSync(partOf(pathOf('onnx/text_model.onnx'), COMMIT)),
    ).toBe(true);
  });

  it('waits as the hub asks, and comes back', async () => {
    let busy = 2;
    hub.misbehave = () => (busy-- > 0 ? { status: 429, headers: { 'retry-after': '0.01' } } : undefined);
    await expect(pull()).resolves.toBeDefined();
  });

  it('does not wait an hour', async () => {
    hub.misbehave = () => ({ status: 429, headers: { 'retry-after': '3600' } });
    await expect(pull()).rejects.toMatchObject({ code: 'hub_unreachable', detail: expect.stringContaining('429') });
  });

  it('starts over when a part is damaged', async () => {
    const part = partOf(pathOf(GRAPH), COMMIT);
    mkdirSync(dirname(part), { recursive: true });
    writeFileSync(part, Buffer.alloc(5_000, 1));
    await pull();
    await expect(load()).resolves.toBeDefined();
  });
});

describe('a pull that cannot be', () => {
  const nothingLocked = async () => expect((await readLock(dataDir)).models).toEqual({});

  it.each([
    ['an unknown model', 'nobody/nothing', 'hub_model_unknown'],
    ['a name that is a path', '../etc/passwd', 'bad_request'],
    ['a name without an owner', 'clip', 'bad_request'],
  ])('says so: %s', async (_what, id, code) => {
    await expect(pull(id)).rejects.toMatchObject({ code });
    await nothingLocked();
  });

  it('names the token of a gated model', async () => {
    hub.models[ID] = { ...tinyOnHub('tiny-clip'), gated: true };
    await expect(pull()).rejects.toMatchObject({ code: 'hub_model_gated', message: /HF_TOKEN/ });
  });

  it.each([['cc-by-nc-4.0'], [undefined]])('asks before a licence that restricts: %s', async (licence) => {
    const { files } = tinyOnHub('tiny-clip');
    hub.models[ID] = { files, ...(licence !== undefined && { licence }) };
    await expect(pull()).rejects.toMatchObject({ code: 'hub_licence_restricted', message: /--accept-licence/ });
    await nothingLocked();
    await expect(pull(ID, { licenceAccepted: true })).resolves.toMatchObject({
      model: { licence: licence ?? 'not stated' },
    });
  });

  it('names the weights that there are', async () => {
    await expect(pull(ID, { dtype: 'q4f16' })).rejects.toMatchObject({
      code: 'hub_model_unsupported',
      message: /no q4f16 weights of vision_model here, it has fp32/,
    });
    await expect(pull(ID, { dtype: 'q99' })).rejects.toMatchObject({ code: 'bad_configuration' });
    await nothingLocked();
  });

  it('names a family it does not know', async () => {
    const config = join(dataDir, 'config.json');
    writeFileSync(config, JSON.stringify({ model_type: 'whisper' }));
    hub.models[ID] = { files: { ...tinyOnHub('tiny-clip').files, 'config.json': config }, licence: 'mit' };
    await expect(pull()).rejects.toMatchObject({ code: 'hub_model_unsupported', message: /whisper/ });
    await nothingLocked();
  });

  it('asks the disk first, and fetches nothing when it is too small', async () => {
    const full = pull(ID, { freeBytes: async () => 1_000 });
    await expect(full).rejects.toMatchObject({ code: 'disk_full', message: /DATA_DIR/ });
    expect(hub.requests.some(({ path }) => path.includes('/resolve/'))).toBe(false);
  });

  it.runIf(existsSync('/dev/full'))('frees what it wrote when the disk fills up meanwhile', async () => {
    const part = partOf(pathOf('config.json'), COMMIT);
    mkdirSync(dirname(part), { recursive: true });
    symlinkSync('/dev/full', part);
    await expect(pull()).rejects.toMatchObject({ code: 'disk_full' });
    expect(existsSync(part)).toBe(false);
  });

  it('refuses what is not what the hub itself says it is', async () => {
    const { files } = tinyOnHub('tiny-clip');
    const other = join(dataDir, 'other.onnx');
    cpSync(files[GRAPH] as string, other);
    hub.models[ID] = { files: { ...files, [GRAPH]: other }, licence: 'mit' };
    // The list is made before the file changes under it.
    hub.misbehave = ({ origin }) => {
      if (origin === 'cdn') appendFileSync(other, 'more');
      return undefined;
    };
    await expect(pull()).rejects.toMatchObject({ code: 'hub_file_changed' });
    await nothingLocked();
    expect(existsSync(pathOf(GRAPH))).toBe(false);
  });
});

describe('the lock', () => {
  it('holds a later pull to its commit and its hashes', async () => {
    await pull();
    const { files } = tinyOnHub('tiny-clip');
    hub.models[ID] = { files: { ...files, [GRAPH]: files['onnx/text_model.onnx'] as string }, licence: 'mit' };
    rmSync(pathOf(GRAPH));
    await expect(pull()).rejects.toMatchObject({ code: 'hub_file_changed', message: /--update/ });
    const other = 'ab'.repeat(20);
    hub.models[ID] = { ...tinyOnHub('tiny-clip'), commit: other };
    await expect(pull()).rejects.toMatchObject({ code: 'hub_model_unknown' });
    expect((await pull(ID, { update: true })).model.commit).toBe(other);
  });

  it.each([
    ['changed', (path: string) => writeFileSync(path, readFileSync(path).fill(7, 500, 510)), 'hub_file_changed'],
    ['cut off', (path: string) => truncateSync(path, 1_000), 'hub_file_changed'],
    ['gone', (path: string) => rmSync(path), 'hub_model_missing'],
  ])('is what a load is held to: a file that is %s is named, and a pull mends it', async (_what, damage, code) => {
    await pull();
    damage(pathOf(GRAPH));
    await expect(load()).rejects.toMatchObject({ code });
    await expect(verifyLocked(dataDir, ID, [GRAPH])).rejects.toMatchObject({ code });
    await pull();
    await expect(load()).resolves.toBeDefined();
  });

  it('says what memory a model would need', async () => {
    await pull();
    await expect(loadHubModel(ID, { dataDir, device: 'cpu', availableMemory: 1_000 })).rejects.toMatchObject({
      code: 'model_too_large',
      message: /MODEL_DTYPE/,
    });
  });

  it('leaves no parts behind', async () => {
    await pull();
    expect(filesBelow(modelsFolder(dataDir)).filter((file) => file.includes('.part'))).toEqual([]);
  });
});
