import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ALT_TEXT_CHARACTERS, altText, MACHINE_MADE } from '#core/alt-text.ts';
import { SightlineError } from '#core/errors.ts';
import { openPicture } from '#images/picture.ts';
import { answerLike, runCli, StandInModel } from '#test/cli.ts';
import { quadrants } from '#test/pictures.ts';

const folder = mkdtempSync(join(tmpdir(), 'sightline-cli-'));
const [cat, dog, text] = ['cat.png', 'dog.jpg', 'notes.txt'].map((name) => join(folder, name)) as [
  string,
  string,
  string,
];
let png: Buffer;
beforeAll(async () => {
  png = await quadrants().png().toBuffer();
  writeFileSync(cat, png);
  writeFileSync(dog, await quadrants(40, 40).jpeg().toBuffer());
  writeFileSync(text, 'no picture');
});
afterAll(() => rmSync(folder, { recursive: true }));

const json = (stdout: string): unknown => {
  expect(stdout.trim().split('\n')).toHaveLength(1);
  return JSON.parse(stdout);
};

describe('ask', () => {
  it('tells the answer and how sure it is, and closes the model', async () => {
    const model = new StandInModel();
    expect(await runCli(['ask', cat, 'What is it?'], model)).toEqual({
      exitCode: 0,
      stdout: 'a cat  (sure, 97 %)\n',
      stderr: '',
    });
    expect(model.asks).toMatchObject([{ task: 'vqa', question: 'What is it?' }]);
    expect(model.closed).toBe(1);
  });

  it('names the alternatives of an unsure answer, and moves no cursor', async () => {
    const unsure = answerLike({
      text: 'two\u001b[2J',
      confidence: 0.41,
      certainty: 'not sure',
      sure: false,
      alternatives: [{ text: 'three', confidence: 0.3 }],
    });
    const { stdout } = await runCli(['ask', cat, 'How many?'], new StandInModel(() => unsure));
    expect(stdout).toBe('two[2J  (not sure, 41 %; or: three)\n');
  });

  it.each([
    [0.9975, 'over 99 %'],
    [0.99, '99 %'],
    [0.004, 'under 1 %'],
  ])('is never certain: %d is %s', async (confidence, words) => {
    const { stdout } = await runCli(['ask', cat, 'What?'], new StandInModel(() => answerLike({ confidence })));
    expect(stdout).toBe(`a cat  (sure, ${words})\n`);
  });

  it('tells a yes that is a guess as one', async () => {
    const guess = (other: string) =>
      answerLike({
        text: 'yes',
        confidence: 0.41,
        certainty: 'not sure',
        sure: false,
        alternatives: [{ text: other, confidence: 0.39 }],
      });
    const line = async (other: string) =>
      (await runCli(['ask', cat, 'Is it?'], new StandInModel(() => guess(other)))).stdout;
    expect(await line('no')).toBe('perhaps yes  (not sure)\n');
    expect(await line('a dog')).toBe('yes  (not sure, 41 %; or: a dog)\n');
  });

  it('prints exactly the agreed object with --json', async () => {
    const { stdout, stderr } = await runCli(['ask', cat, 'What?', '--json'], new StandInModel());
    const { confidence, sure, alternatives, cache, timings } = answerLike();
    expect(json(stdout)).toEqual({
      answer: 'a cat',
      confidence,
      sure,
      alternatives,
      model: 'test-model',
      cache,
      timings,
    });
    expect(stderr).toBe('');
  });

  it('answers several pictures, one bad one notwithstanding', async () => {
    const lines = await runCli(['ask', cat, text, dog, 'What?'], new StandInModel());
    expect(lines.exitCode).toBe(1);
    expect(lines.stdout).toBe(`${cat}: a cat  (sure, 97 %)\n${dog}: a cat  (sure, 97 %)\n`);
    expect(lines.stderr).toBe(
      `sightline: ${text}: That is not a picture I can recognise. Send a JPEG, PNG, WebP, GIF or AVIF file.\n`,
    );
    const object = await runCli(['ask', cat, text, 'What?', '--json'], new StandInModel());
    expect(json(object.stdout)).toMatchObject({
      answers: [
        { image: cat, answer: 'a cat' },
        { image: text, error: { code: 'not_an_image' } },
      ],
    });
  });

  it('holds a few pictures at a time, however many it is asked about', async () => {
    const late = join(folder, 'late.png');
    const model = new StandInModel(() => {
      writeFileSync(late, png);
      return answerLike();
    });
    const { exitCode, stdout } = await runCli(['ask', ...Array(16).fill(cat), late, 'What?'], model);
    expect([exitCode, stdout.split('\n')[16]]).toEqual([0, `${late}: a cat  (sure, 97 %)`]);
    expect(model.closed).toBe(1);
  });

  it('reads standard input and data URLs', async () => {
    const model = new StandInModel();
    const url = `data:image/jpeg;base64,${png.toString('base64')}`;
    const { stdout } = await runCli(['ask', '-', url, 'What?'], model, png);
    expect(stdout).toBe('standard input: a cat  (sure, 97 %)\nthe data URL: a cat  (sure, 97 %)\n');
    expect(model.asks[0]?.sha256).toBe(model.asks[1]?.sha256);
  });

  it('draws a heat map', async () => {
    const out = join(folder, 'out.png');
    expect(await runCli(['ask', cat, 'What?', '--heatmap', out], new StandInModel())).toMatchObject({ exitCode: 0 });
    expect(await openPicture(readFileSync(out))).toMatchObject({ kind: 'png', width: 480, height: 360 });
  });

  it.each([join(folder, 'no', 'such', 'out.png'), join(folder, 'folder.png'), join(text, 'out.png')])(
    'says that the heat map cannot be written to %s before it answers',
    async (out) => {
      mkdirSync(join(folder, 'folder.png'), { recursive: true });
      const model = new StandInModel();
      const { exitCode, stderr } = await runCli(['ask', cat, 'What?', '--heatmap', out], model);
      expect([exitCode, stderr]).toEqual([2, expect.stringContaining(`heat map could not be written to ${out}.`)]);
      expect(model.asks).toEqual([]);
    },
  );

  it('tells the answer when the heat map cannot be written after all', async () => {
    const gone = join(folder, 'gone');
    mkdirSync(gone);
    const model = new StandInModel(() => {
      rmSync(gone, { recursive: true });
      return answerLike();
    });
    const { exitCode, stdout, stderr } = await runCli(['ask', cat, 'What?', '--heatmap', join(gone, 'o.png')], model);
    expect([exitCode, stdout]).toEqual([1, 'a cat  (sure, 97 %)\n']);
    expect(stderr).toContain('The heat map could not be written');
  });
});

describe('failures', () => {
  it('has one sentence, or one object, and opens no model for a bad picture', async () => {
    const model = new StandInModel();
    expect(await runCli(['ask', 'no.png', 'What?'], model)).toEqual({
      exitCode: 1,
      stdout: '',
      stderr: 'sightline: There is no readable file at no.png. Check the path.\n',
    });
    const { exitCode, stdout, stderr } = await runCli(['ask', 'no.png', 'What?', '--json'], model);
    expect(json(stdout)).toEqual({
      error: { code: 'image_not_found', message: 'There is no readable file at no.png. Check the path.' },
    });
    expect([exitCode, stderr, model.closed]).toEqual([1, '', 0]);
  });

  it('closes the model when answering fails', async () => {
    const model = new StandInModel(() => {
      throw new SightlineError('inference_failed');
    });
    const { exitCode, stdout } = await runCli(['ask', cat, 'What?', '--json'], model);
    expect(json(stdout)).toMatchObject({ error: { code: 'inference_failed' } });
    expect([exitCode, model.closed]).toEqual([1, 1]);
  });

  it.each([
    [['ask'], 'bad_request'],
    [['ask', 'what is it?'], 'no_image'],
    [['ask', '-'], 'no_question'],
    [['ask', 'a.png', ' ? '], 'no_question'],
    [['ask', 'a.png', 'x'.repeat(501)], 'question_too_long'],
    [['ask', '-', '-', 'What?'], 'bad_request'],
    [['ask', 'a.png', 'b.png', 'What?', '--heatmap', 'o.png'], 'bad_request'],
    [['ask', 'a.png', 'What?', '--heatmap', 'o.jpg'], 'bad_request'],
    [['rank', 'a.png', 'one'], 'bad_request'],
    [['rank', 'a.png', 'one', ' '], 'bad_request'],
    [['rank', 'a.png', ...'abcdefghijk'], 'bad_request'],
    [['rank', 'a.png', 'one', 'x'.repeat(201)], 'bad_request'],
    [['evaluate'], 'bad_request'],
    [['evaluate', '--data', 'x', '--batch', '0'], 'bad_request'],
    [['frobnicate'], 'bad_request'],
    [['ask', 'a.png', 'What?', '--frob'], 'bad_request'],
  ])('%j is a wrong command line', async (words, code) => {
    const { exitCode, stdout } = await runCli([...words, '--json'], new StandInModel());
    expect([exitCode, json(stdout)]).toMatchObject([2, { error: { code } }]);
  });

  it('says how to ask about a picture on the web', async () => {
    const address = 'https://example.org/cat.jpg';
    for (const words of [
      ['ask', address, 'What?'],
      ['alt', address],
      ['rank', address, 'a cat', 'a car'],
    ]) {
      const { exitCode, stderr } = await runCli(words, new StandInModel());
      expect([exitCode, stderr]).toEqual([2, expect.stringContaining(`curl -s '${address}' | sightline ask - "`)]);
    }
    expect((await runCli(['ask', address], new StandInModel())).stderr).toContain('The question is missing');
  });

  it('notices a question without quotes', async () => {
    const { exitCode, stderr } = await runCli(['ask', cat, 'what', 'is', 'this'], new StandInModel());
    expect([exitCode, stderr]).toEqual([
      2,
      `sightline: Put the question in quotes: sightline ask ${cat} "what is this"\n`,
    ]);
    expect((await runCli(['ask', cat, 'no.png', 'what?'], new StandInModel())).stderr).toContain('no.png');
  });

  it('notices a picture where the question should be', async () => {
    const { exitCode, stderr } = await runCli(['ask', cat, dog], new StandInModel());
    expect([exitCode, stderr]).toEqual([2, expect.stringContaining('The question is missing')]);
  });
});

describe('caption, alt and rank', () => {
  it('caption needs no question', async () => {
    const model = new StandInModel();
    expect((await runCli(['caption', cat], model)).stdout).toBe('a cat  (sure)\n');
    expect(model.asks).toMatchObject([{ task: 'caption', question: '' }]);
  });

  it('gives no number of a sentence, and says of another that nobody measured it', async () => {
    const model = new StandInModel(() => answerLike({ calibrated: false, certainty: 'fairly sure' }));
    expect((await runCli(['caption', cat], model)).stdout).toBe('a cat  (fairly sure)\n');
    expect(json((await runCli(['caption', cat, '--json'], model)).stdout)).toMatchObject({ calibrated: false });
    expect((await runCli(['ask', cat, 'What?'], model)).stdout).toBe('a cat  (fairly sure, 97 %, by its own word)\n');
  });

  it('tells how sure it is of an alt text beside it, as that is to be pasted', async () => {
    const { stdout, stderr } = await runCli(
      ['alt', cat],
      new StandInModel(() => answerLike({ calibrated: false, certainty: 'not sure' })),
    );
    expect([stdout, stderr]).toEqual([`${MACHINE_MADE} a cat\n`, '(not sure)\n']);
  });

  it('alt text says that a machine wrote it', async () => {
    expect((await runCli(['alt', cat], new StandInModel())).stdout).toBe(`${MACHINE_MADE} a cat\n`);
    const { stdout } = await runCli(['alt', cat, '--json'], new StandInModel());
    expect(json(stdout)).toMatchObject({ answer: `${MACHINE_MADE} a cat` });
  });

  it('alt text stays short, between words, never within a character', () => {
    const long = altText('a red car '.repeat(40));
    expect(long.length).toBeLessThanOrEqual(ALT_TEXT_CHARACTERS);
    expect(long).toMatch(/ (a|red|car)…$/);
    expect(altText('😀'.repeat(200)).isWellFormed()).toBe(true);
    expect(altText(long)).toBe(long);
  });

  it('ranks captions, the best first', async () => {
    const { stdout } = await runCli(['rank', cat, 'a car', 'a cat'], new StandInModel());
    expect(stdout).toBe(' 75 %  a cat\n 25 %  a car\n');
    const object = await runCli(['rank', cat, 'a car', 'a cat', '--json'], new StandInModel());
    expect(json(object.stdout)).toEqual({
      ranking: [
        { caption: 'a cat', probability: 0.75 },
        { caption: 'a car', probability: 0.25 },
      ],
    });
  });
});

describe('help', () => {
  it('is shown when asked for, with examples, and when nothing is asked', async () => {
    const asked = await runCli(['--help'], new StandInModel());
    expect(asked).toMatchObject({ exitCode: 0, stderr: '' });
    for (const word of ['ask', 'caption', 'alt', 'rank', 'doctor', 'evaluate', 'start', 'Examples:', 'Exit codes:']) {
      expect(asked.stdout).toContain(word);
    }
    expect(await runCli([], new StandInModel())).toMatchObject({ exitCode: 2, stderr: asked.stdout });
  });
});
