/** `sightline models` and what follows from it, as a person runs it, against the hub on loopback. */
import { type ExecFileException, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { folderOf } from '#inference/hub/store.ts';
import { type LoopbackHub, openLoopbackHub, tinyOnHub } from '#test/loopback-hub.ts';
import { quadrants } from '#test/pictures.ts';
import { dataFolder, filesBelow } from '#test/tiny-models.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const BIN = join(ROOT, 'cli/sightline.mjs');
const NAMES = ['tiny-idefics3', 'tiny-florence2', 'tiny-clip'];
const CHAT = 'tiny/tiny-idefics3';

const { dataDir, remove } = dataFolder();
const picture = join(dataDir, 'picture.png');
let hub: LoopbackHub;
/** Set once everything is pulled: from then on there is no hub. */
let endpoint: string;

beforeAll(async () => {
  hub = await openLoopbackHub(Object.fromEntries(NAMES.map((name) => [`tiny/${name}`, tinyOnHub(name)])));
  endpoint = hub.endpoint;
  writeFileSync(picture, await quadrants().png().toBuffer());
});
afterAll(async () => {
  await hub.close();
  remove();
});

const environment = (changes: NodeJS.ProcessEnv = {}) => ({
  ...process.env,
  MODEL: '',
  DATA_DIR: dataDir,
  HF_ENDPOINT: endpoint,
  HF_TOKEN: '',
  HF_HOME: '',
  ...changes,
});

const sightline = (
  words: readonly string[],
  changes: NodeJS.ProcessEnv = {},
): Promise<{ exitCode: number; stdout: string; stderr: string }> =>
  new Promise((resolve) => {
    const done = (error: ExecFileException | null, stdout: string, stderr: string) =>
      resolve({ exitCode: error ? Number(error.code ?? -1) : 0, stdout, stderr });
    execFile(process.execPath, [BIN, ...words], { timeout: 60_000, env: environment(changes) }, done).stdin?.end();
  });
const json = async (words: readonly string[], changes: NodeJS.ProcessEnv = {}) => {
  const { stdout, exitCode } = await sightline([...words, '--json'], changes);
  return { exitCode, said: JSON.parse(stdout) as Record<string, unknown> };
};

describe('from the hub to an answer', () => {
  it('pulls, and says how to go on', async () => {
    for (const name of NAMES) {
      const { exitCode, stdout } = await sightline(['models', 'pull', `tiny/${name}`]);
      expect([exitCode, stdout]).toEqual([0, expect.stringContaining(`sightline models use tiny/${name}`)]);
    }
    endpoint = 'http://127.0.0.1:9';
  });

  it('answers with MODEL=hub:…, without a hub, and says that its confidence is its own word', async () => {
    const { exitCode, said } = await json(['ask', picture, 'What is this?'], { MODEL: `hub:${CHAT}` });
    expect([exitCode, said]).toEqual([
      0,
      expect.objectContaining({ model: CHAT, answer: expect.stringMatching(/\w/) }),
    ]);
    const { stdout } = await sightline(['ask', picture, 'What is this?'], { MODEL: `hub:${CHAT}` });
    expect(stdout).toMatch(/by its own word/);
  });

  it('uses one model for everything and others for their tasks', async () => {
    await sightline(['models', 'use', CHAT]);
    await sightline(['models', 'use', 'tiny/tiny-florence2', '--task', 'caption']);
    await sightline(['models', 'use', 'tiny/tiny-clip', '--task', 'rank']);
    expect((await json(['ask', picture, 'What?'])).said).toMatchObject({ model: CHAT });
    expect((await json(['caption', picture])).said).toMatchObject({ model: 'tiny/tiny-florence2' });
    const { said } = await json(['rank', picture, 'a red car', 'a cat']);
    expect(said).toMatchObject({ ranking: [{ probability: expect.any(Number) }, { probability: expect.any(Number) }] });
    const { stdout } = await sightline(['models', 'list']);
    for (const words of [
      `In use: hub:${CHAT}`,
      'for caption: hub:tiny/tiny-florence2',
      'for rank: hub:tiny/tiny-clip',
      'SmolVLM',
    ])
      expect(stdout).toContain(words);
  });

  it('is seen by the doctor: each model, and the device that really ran it', async () => {
    const { said } = await json(['doctor']);
    const checks = said.checks as { name: string; ok: boolean; found: string }[];
    expect(checks.filter(({ name, ok }) => name === 'model' && ok)).toHaveLength(3);
    const devices = checks.filter(({ name }) => name === 'device');
    expect(devices.map(({ ok }) => ok)).toEqual([true, true, true]);
    for (const { found } of devices) expect(found).toMatch(/^cpu, fp32, 1 thread \(.*CPU 100 %.*\): answered in/);
  });

  it('falls back from a device that is not there, and the doctor says so', async () => {
    const { exitCode, said } = await json(['doctor'], { MODEL: `hub:${CHAT}`, MODEL_DEVICE: 'dml' });
    const checks = said.checks as { name: string; ok: boolean; found: string }[];
    expect(exitCode).toBe(1);
    expect(checks.find(({ name }) => name === 'device')).toMatchObject({
      ok: false,
      found: expect.stringMatching(/^cpu, .*running on cpu, as dml failed/),
    });
  });

  it('evaluates', async () => {
    const folder = join(dataDir, 'evaluation');
    const { mkdirSync } = await import('node:fs');
    mkdirSync(folder);
    writeFileSync(join(folder, 'a.png'), readFileSync(picture));
    const question = { image: 'a.png', type: 'colour', question: 'What colour is it?', answers: ['red'] };
    writeFileSync(join(folder, 'questions.jsonl'), `${JSON.stringify(question)}\n`);
    expect(await json(['evaluate', '--data', folder])).toMatchObject({ exitCode: 0, said: { model: CHAT } });
  });

  it('verifies, names what is damaged, and starts with none of it', async () => {
    expect((await sightline(['models', 'verify'])).exitCode).toBe(0);
    const graph = join(folderOf(dataDir, CHAT), 'onnx/embed_tokens.onnx');
    const good = readFileSync(graph);
    writeFileSync(graph, Buffer.from(good).fill(0, 400, 420));
    for (const words of [
      ['models', 'verify', CHAT],
      ['ask', picture, 'What?'],
    ]) {
      expect(await json(words)).toMatchObject({ exitCode: 1, said: { error: { code: 'hub_file_changed' } } });
    }
    writeFileSync(graph, good);
    expect((await sightline(['models', 'verify', CHAT])).exitCode).toBe(0);
  });

  it('draws no heat map of a model that does not tell where it looked', async () => {
    const { said } = await json(['ask', picture, 'What?', '--heatmap', join(dataDir, 'out.png')]);
    expect(said).toMatchObject({ error: { code: 'no_evidence' } });
  });

  it('removes: files, lock, and what it was chosen for', async () => {
    expect((await sightline(['models', 'remove', 'tiny/tiny-florence2'])).exitCode).toBe(0);
    expect(filesBelow(dataDir).filter((file) => file.includes('florence'))).toEqual([]);
    expect((await json(['caption', picture])).said).toMatchObject({ model: CHAT });
    expect((await json(['models', 'verify', 'tiny/tiny-florence2'])).said).toMatchObject({
      error: { code: 'hub_model_missing' },
    });
  });
});

describe('what cannot be', () => {
  it.each([
    [['models', 'use', 'nobody/nothing'], {}, 'hub_model_missing', 1],
    [['ask', 'PICTURE', 'What?'], { MODEL: 'hub:nobody/nothing' }, 'hub_model_missing', 1],
    [['ask', 'PICTURE', 'What?'], { MODEL: `hub:${CHAT}`, MODEL_DTYPE: 'q4' }, 'hub_model_unsupported', 1],
    [['ask', 'PICTURE', 'What?'], { MODEL: 'hub:tiny/tiny-clip' }, 'task_unsupported', 1],
    [['rank', 'PICTURE', 'one', 'two'], { MODEL: `hub:${CHAT}` }, 'task_unsupported', 1],
    [['models', 'pull', CHAT], { HF_ENDPOINT: 'nonsense' }, 'bad_configuration', 1],
    [['models', 'use', CHAT, '--task', 'dance'], {}, 'bad_request', 2],
  ])('%j with %j is %s', async (words, changes, code, exitCode) => {
    const named = words.map((word) => (word === 'PICTURE' ? picture : word));
    expect(await json(named, changes)).toMatchObject({ exitCode, said: { error: { code } } });
  });

  it('Ctrl-C ends a pull at once, and leaves a part to go on with', async () => {
    const id = 'tiny/tiny-captioner';
    hub.models[id] = tinyOnHub('tiny-captioner');
    const begun = Promise.withResolvers<void>();
    hub.misbehave = ({ origin }) => {
      if (origin !== 'cdn') return undefined;
      begun.resolve();
      return { cutAfter: 20_000 };
    };
    const child = spawn(process.execPath, [BIN, 'models', 'pull', id], {
      env: environment({ HF_ENDPOINT: hub.endpoint }),
    });
    const ended = once(child, 'exit');
    await begun.promise;
    child.kill('SIGINT');
    expect((await ended)[0]).toBe(130);
    hub.misbehave = () => undefined;
    const parts = () => filesBelow(folderOf(dataDir, id)).filter((file) => file.endsWith('.part'));
    expect(parts()).toHaveLength(1);
    expect((await json(['models', 'verify', id])).said).toMatchObject({ error: { code: 'hub_model_missing' } });
    expect((await sightline(['models', 'pull', id], { HF_ENDPOINT: hub.endpoint })).exitCode).toBe(0);
    expect(parts()).toEqual([]);
    rmSync(folderOf(dataDir, id), { recursive: true });
  });
});
