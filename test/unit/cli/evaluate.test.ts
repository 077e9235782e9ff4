import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SightlineError } from '#core/errors.ts';
import { answerLike, runCli, StandInModel } from '#test/cli.ts';
import { noise, quadrants } from '#test/pictures.ts';
import { parseQuestions } from '../../../cli/evaluate/data.ts';

const root = mkdtempSync(join(tmpdir(), 'sightline-evaluate-'));
let png: Buffer;
beforeAll(async () => {
  png = await quadrants().png().toBuffer();
});
afterAll(() => rmSync(root, { recursive: true }));

const line = (image: string, type: string, question: string, answers: string[]) =>
  JSON.stringify({ image, type, question, answers });

let folders = 0;
function folderWith(questions: string, images: Record<string, Uint8Array> = { 'a.png': png }): string {
  folders += 1;
  const folder = join(root, String(folders));
  mkdirSync(join(folder, 'sub'), { recursive: true });
  writeFileSync(join(folder, 'questions.jsonl'), questions);
  for (const [name, bytes] of Object.entries(images)) writeFileSync(join(folder, name), bytes);
  return folder;
}
const evaluate = (folder: string, model = new StandInModel()) =>
  runCli(['evaluate', '--data', folder, '--json'], model);
const problemOf = async (folder: string, model?: StandInModel): Promise<string> => {
  const { exitCode, stdout } = await evaluate(folder, model);
  const { error } = JSON.parse(stdout) as { error: { code: string; message: string } };
  expect([exitCode, error.code]).toEqual([1, 'bad_evaluation_data']);
  return error.message;
};

describe('evaluate', () => {
  it('asks every question and prints exactly the agreed object', async () => {
    const folder = folderWith(
      [
        line('a.png', 'colour', 'what colour is it?', ['red', 'crimson']),
        line('sub/b.png', 'count', 'how many?', ['2']),
        line('a.png', 'is there', 'is there a cat?', ['no']),
        line('sub/b.png', 'is there', 'is there a dog?', ['yes']),
      ].join('\n'),
      { 'a.png': png, 'sub/b.png': png },
    );
    const said: Record<string, [string, number]> = {
      'what colour is it?': ['the crimson one', 0.9],
      'how many?': ['two', 0.8],
      'is there a cat?': ['yes', 0.7],
      'is there a dog?': ['yes', 0.6],
    };
    const model = new StandInModel(({ question }) => {
      const [text = '', confidence = 0] = said[question] ?? [];
      return answerLike({ text, confidence });
    });
    const { exitCode, stdout, stderr } = await evaluate(folder, model);
    const report = JSON.parse(stdout) as { secondsPerQuestion: number };
    expect(report).toEqual({
      model: 'test-model',
      n: 4,
      accuracy: 0.75,
      byType: { colour: { n: 1, accuracy: 1 }, count: { n: 1, accuracy: 1 }, 'is there': { n: 2, accuracy: 0.5 } },
      yesNo: { precision: 0.5, recall: 1, f1: 2 / 3 },
      ece: expect.closeTo((0.1 + 0.2 + 0.7 + 0.4) / 4),
      coverageAtRisk: { '0.01': 0.5, '0.05': 0.5, '0.1': 0.5 },
      secondsPerQuestion: expect.any(Number),
    });
    expect(report.secondsPerQuestion).toBeGreaterThan(0);
    expect([exitCode, stderr, model.closed]).toEqual([0, '', 1]);
    // Questions about one picture follow one another.
    expect(model.asks.map(({ question }) => question.slice(0, 11))).toEqual([
      'what colour',
      'is there a ',
      'how many?',
      'is there a ',
    ]);
  });

  it('counts what the model could not answer as wrong, and says so', async () => {
    const model = new StandInModel(() => {
      throw new SightlineError('question_too_long', { detail: '99 tokens' });
    });
    const { exitCode, stdout, stderr } = await evaluate(folderWith(line('a.png', 'x', 'q', ['red'])), model);
    expect(JSON.parse(stdout)).toMatchObject({ n: 1, accuracy: 0, ece: 0 });
    expect([exitCode, stderr]).toEqual([
      0,
      expect.stringContaining('a.png "q": That question is too long (99 tokens)'),
    ]);
  });

  it('ends when a picture turns out damaged, instead of leaving it out', async () => {
    const model = new StandInModel(() => {
      throw new SightlineError('truncated_image');
    });
    const jpeg = await noise().jpeg().toBuffer();
    const folder = folderWith(line('a.jpg', 'x', 'q', ['red']), { 'a.jpg': jpeg });
    expect(await problemOf(folder, model)).toContain('unreadable pictures: a.jpg (truncated_image)');
    expect(model.closed).toBe(1);
  });
});

describe('a folder that is not usable', () => {
  it('without questions', async () => {
    expect(await problemOf(join(root, 'nothing'))).toContain('there is no readable file');
    expect(await problemOf(folderWith('\n \n'))).toContain('holds no question');
  });

  it('names unreadable pictures, all before the model is asked', async () => {
    const questions = [
      line('gone.png', 'x', 'q', ['a cat']),
      line('text.png', 'x', 'q', ['a cat']),
      line('a.png', 'x', 'q', ['a cat']),
    ];
    const model = new StandInModel();
    const folder = folderWith(questions.join('\n'), { 'a.png': png, 'text.png': Buffer.from('hello') });
    expect(await problemOf(folder, model)).toBe(
      'The evaluation folder is not usable: unreadable pictures: gone.png (image_not_found), text.png (not_an_image).',
    );
    expect(model.asks).toEqual([]);
  });
});

describe('parseQuestions', () => {
  const good = line('a.png', 'x', 'q', ['red']);

  it('takes blank lines, a byte order mark, carriage returns and unknown fields', () => {
    const extra = JSON.stringify({ ...JSON.parse(good), difficulty: 3 });
    expect(parseQuestions(`\ufeff${good}\r\n\r\n${extra}\n`)).toHaveLength(2);
  });

  it.each([
    ['not json', 'line 3 of questions.jsonl is not JSON'],
    ['{"image":"a.png"', 'line 3 of questions.jsonl is not JSON'],
    ['{"image":"a.png","type":"x","question":"q"}', 'line 3 of questions.jsonl: answers'],
    [line('a.png', 'x', 'q', []), 'line 3 of questions.jsonl: answers'],
    [line('a.png', 'x', '  ', ['red']), 'line 3 of questions.jsonl: question'],
    [line('', 'x', 'q', ['red']), 'line 3 of questions.jsonl: image'],
    [line('../a.png', 'x', 'q', ['red']), 'image: Expected a path within the folder'],
    [line('/etc/passwd', 'x', 'q', ['red']), 'image: Expected a path within the folder'],
    ['[]', 'line 3 of questions.jsonl'],
  ])('names the line of %j', (bad, message) => {
    expect(() => parseQuestions(`${good}\n\n${bad}\n`)).toThrow(message);
  });
});
