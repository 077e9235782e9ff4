/** The command line with the model that ships, as a person runs it. */
import { type ExecFileException, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { Timings } from '#core/answer.ts';
import { BLUE, plain, quadrantsStoredAs, YELLOW } from '#test/pictures.ts';

const bin = fileURLToPath(new URL('../../cli/sightline.mjs', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'sightline-commands-'));
const at = (name: string) => join(folder, name);
const QUESTION = 'what color is the background?';

const sightline = (
  words: readonly string[],
  stdin = '',
  changes: NodeJS.ProcessEnv = {},
): Promise<{ exitCode: number; stdout: string; stderr: string }> =>
  new Promise((resolve) => {
    const done = (error: ExecFileException | null, stdout: string, stderr: string) =>
      resolve({ exitCode: error ? Number(error.code ?? -1) : 0, stdout, stderr });
    const child = execFile(
      process.execPath,
      [bin, ...words],
      { timeout: 60_000, env: { ...process.env, ...changes } },
      done,
    );
    if (stdin === '') child.stdin?.end();
    else child.stdin?.end(readFileSync(stdin));
  });

/** Exactly these keys: a program reads them. */
const AnswerJson = z.strictObject({
  answer: z.string().min(1),
  confidence: z.number().min(0).max(1),
  calibrated: z.literal(false).optional(),
  sure: z.boolean(),
  alternatives: z.array(z.strictObject({ text: z.string(), confidence: z.number() })),
  model: z.string(),
  cache: z.literal('none'),
  timings: Timings,
});

beforeAll(async () => {
  const square = await plain(70, 70, YELLOW).png().toBuffer();
  const png = await plain(320, 240, BLUE)
    .composite([{ input: square, left: 40, top: 30 }])
    .png()
    .toBuffer();
  for (const kind of ['png', 'webp', 'gif', 'avif'] as const) {
    await sharp(png)
      .toFormat(kind, { lossless: true })
      .toFile(at(`picture.${kind}`));
  }
  await sharp(png).rotate(270).jpeg({ quality: 95 }).withMetadata({ orientation: 6 }).toFile(at('turned.jpg'));
  writeFileSync(at('cut.jpg'), (await quadrantsStoredAs(1)).subarray(0, 600));
});
afterAll(() => rmSync(folder, { recursive: true }));

describe('sightline ask', () => {
  it('prints one object with --json and draws where it looked', async () => {
    const words = ['ask', at('picture.png'), QUESTION, '--json', '--heatmap', at('looked.png')];
    const { exitCode, stdout, stderr } = await sightline(words);
    expect([exitCode, stderr]).toEqual([0, '']);
    AnswerJson.parse(JSON.parse(stdout));
    expect(await sharp(at('looked.png')).metadata()).toMatchObject({ format: 'png', width: 480, height: 360 });
  });

  it('sees the same in a PNG, WebP, GIF and AVIF and in a JPEG that EXIF turns', async () => {
    const names = ['picture.png', 'picture.webp', 'picture.gif', 'picture.avif', 'turned.jpg'];
    const { exitCode, stdout } = await sightline(['ask', ...names.map(at), QUESTION, '--json']);
    const { answers } = JSON.parse(stdout) as { answers: { image: string; answer: string }[] };
    expect([exitCode, answers.map(({ image }) => image)]).toEqual([0, names.map(at)]);
    expect(new Set(answers.map(({ answer }) => answer)).size).toBe(1);
  });

  it('answers without weights where MODEL is fake, and says which models there are where it is none', async () => {
    const ask = (MODEL: string) => sightline(['ask', at('picture.png'), QUESTION, '--json'], '', { MODEL });
    const fake = await ask('fake');
    expect([fake.exitCode, JSON.parse(fake.stdout)]).toMatchObject([0, { model: 'fake' }]);
    const { exitCode, stdout } = await ask('nope');
    expect([exitCode, JSON.parse(stdout)]).toMatchObject([
      1,
      { error: { code: 'bad_configuration', message: expect.stringContaining('there is sightline-small, fake') } },
    ]);
  });

  it('reads standard input', async () => {
    const { exitCode, stdout } = await sightline(['ask', '-', QUESTION], at('picture.png'));
    expect([exitCode, stdout]).toEqual([
      0,
      expect.stringMatching(/^\S.* {2}\((sure|fairly sure|not sure), (over |under )?\d+ %.*\)\n$/),
    ]);
  });

  it('names what is wrong with a picture', async () => {
    const { exitCode, stdout } = await sightline(['ask', at('cut.jpg'), QUESTION, '--json']);
    expect([exitCode, JSON.parse(stdout)]).toMatchObject([1, { error: { code: 'truncated_image' } }]);
  });
});

describe('sightline caption, alt and rank', () => {
  it('write a sentence and alt text that says who wrote it', async () => {
    expect((await sightline(['caption', at('picture.png')])).stdout).toMatch(/^\w.* {2}\(.+\)\n$/);
    expect((await sightline(['alt', at('picture.png')])).stdout).toMatch(/^Machine-made description: \w.*\n$/);
  });

  it('give each caption its probability', async () => {
    const captions = ['a red circle', 'a blue star', 'a cat'];
    const { stdout } = await sightline(['rank', at('picture.png'), ...captions, '--json']);
    const { ranking } = JSON.parse(stdout) as { ranking: { caption: string; probability: number }[] };
    expect(ranking.map(({ caption }) => caption).toSorted()).toEqual(captions.toSorted());
    expect(ranking.reduce((sum, { probability }) => sum + probability, 0)).toBeCloseTo(1);
  });
});

describe('sightline doctor', () => {
  it('finds this machine fit, having really run the model', async () => {
    const { exitCode, stdout } = await sightline(['doctor', '--json']);
    const { ok, checks } = JSON.parse(stdout) as { ok: boolean; checks: { name: string; found: string }[] };
    expect([exitCode, ok, checks.map(({ name }) => name)]).toEqual([
      0,
      true,
      ['node', 'redis', 'model', 'device', 'pictures'],
    ]);
    expect(checks.find(({ name }) => name === 'device')?.found).toMatch(/answered in \d+ ms/);
  });
});

describe('sightline evaluate', () => {
  const questions = (n: number) =>
    Array.from({ length: n }, (_, index) =>
      JSON.stringify({
        image: 'picture.png',
        type: 'colour',
        question: `what color is thing ${index}?`,
        answers: ['red'],
      }),
    ).join('\n');

  it('prints the figures', async () => {
    writeFileSync(at('questions.jsonl'), questions(5));
    const { exitCode, stdout, stderr } = await sightline(['evaluate', '--data', folder, '--json', '--batch', '4']);
    expect([exitCode, stderr]).toEqual([0, '']);
    expect(JSON.parse(stdout)).toMatchObject({
      n: 5,
      byType: { colour: { n: 5 } },
      secondsPerQuestion: expect.any(Number),
    });
  });

  it('ends in order when it is interrupted', async () => {
    writeFileSync(at('questions.jsonl'), questions(20_000));
    const child = spawn(process.execPath, [bin, 'evaluate', '--data', folder, '--json'], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let stdout = '';
    child.stdout.on('data', (chunk) => {
      stdout += String(chunk);
    });
    setTimeout(() => child.kill('SIGINT'), 3_000);
    expect(await once(child, 'close')).toEqual([130, null]);
    expect(JSON.parse(stdout)).toMatchObject({ error: { code: 'cancelled' } });
  });
});
