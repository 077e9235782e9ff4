/**
 * The evaluation folder: `questions.jsonl` with one `{image, type, question, answers}` a line, pictures beside it. Every
 * line and every picture is looked at before the model is asked anything.
 * @throws SightlineError `bad_evaluation_data` naming the line or the pictures
 */
import { readFile } from 'node:fs/promises';
import { isAbsolute, join, normalize } from 'node:path';
import { z } from 'zod';
import { SightlineError } from '#core/errors.ts';
import { LIMITS } from '#core/limits.ts';
import { openPicture } from '#images/picture.ts';
import { sha256Of } from '#images/sha256.ts';
import { bytesFromFile } from '#images/source.ts';

const beside = (path: string): boolean => !isAbsolute(path) && !/^\.\.([\\/]|$)/.test(normalize(path));
const Line = z.object({
  image: z.string().min(1).refine(beside, 'Expected a path within the folder'),
  type: z.string().min(1),
  question: z.string().trim().min(1).max(LIMITS.questionCharacters),
  answers: z.array(z.string().trim().min(1)).min(1),
});
export type Question = z.infer<typeof Line>;

export interface EvaluationData {
  readonly questions: readonly Question[];
  /** Path and identity of each picture, by the name the questions use. */
  readonly images: ReadonlyMap<string, { readonly path: string; readonly sha256: string }>;
}

/** How many bad pictures a message names. */
const NAMED = 5;

const bad = (detail: string, cause?: unknown): SightlineError =>
  new SightlineError('bad_evaluation_data', { detail, cause });

export function parseQuestions(text: string): readonly Question[] {
  const lines = text.replace(/^\ufeff/, '').split(/\r?\n/);
  const questions = lines.flatMap((line, index) => (line.trim() === '' ? [] : [parseLine(line, index + 1)]));
  if (questions.length === 0) throw bad('questions.jsonl holds no question');
  return questions;
}

function parseLine(line: string, number: number): Question {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch (cause) {
    throw bad(`line ${number} of questions.jsonl is not JSON`, cause);
  }
  const parsed = Line.safeParse(value);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map(({ path, message }) => [...path, message].join(': '));
  throw bad(`line ${number} of questions.jsonl: ${problems.join('; ')}`);
}

export async function readEvaluationData(folder: string): Promise<EvaluationData> {
  const file = join(folder, 'questions.jsonl');
  const text = await readFile(file, 'utf8').catch((cause: unknown) => {
    throw bad(`there is no readable file ${file}`, cause);
  });
  const questions = parseQuestions(text);
  const images = new Map<string, { path: string; sha256: string }>();
  const unreadable: string[] = [];
  for (const image of new Set(questions.map(({ image }) => image))) {
    const path = join(folder, image);
    try {
      const bytes = await bytesFromFile(path);
      await openPicture(bytes);
      images.set(image, { path, sha256: sha256Of(bytes) });
    } catch (error) {
      if (!(error instanceof SightlineError)) throw error;
      unreadable.push(`${image} (${error.code})`);
    }
  }
  if (unreadable.length > 0) {
    const more = unreadable.length > NAMED ? ` and ${unreadable.length - NAMED} more` : '';
    throw bad(`unreadable pictures: ${unreadable.slice(0, NAMED).join(', ')}${more}`);
  }
  return { questions, images };
}
