/** `ask`, `caption` and `alt`: one task on one or more pictures, told as lines or as one JSON object. */
import { access, constants, stat, writeFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { altText } from '#core/alt-text.ts';
import type { Answer } from '#core/answer.ts';
import { asSightlineError, SightlineError } from '#core/errors.ts';
import { checkedQuestion } from '#core/question.ts';
import type { PromptedTask } from '#core/task.ts';
import { isSentence } from '#inference/sentence.ts';
import { EXIT, errorJson, UsageError } from '../exit.ts';
import { interruptible } from '../interrupt.ts';
import type { LocalModel, OpenLocalModel } from '../local-model.ts';
import { likelihood, printable, say, sayJson, type Terminal } from '../terminal.ts';
import { checkSources, type NamedPicture, type ReadPicture, readPictures } from './pictures.ts';

export interface AnswerCommand {
  readonly task: PromptedTask;
  readonly sources: readonly string[];
  readonly question?: string;
  readonly json: boolean;
  /** Where to write the heat map of the one picture. */
  readonly heatmap?: string | undefined;
}

type Outcome = { readonly name: string } & ({ readonly answer: Answer } | { readonly error: SightlineError });

/** Pictures held at once. Twice a batch: enough to keep the engine busy, and never more than may wait for it. */
const AT_ONCE = 16;

export async function answerCommand(command: AnswerCommand, terminal: Terminal, open: OpenLocalModel): Promise<number> {
  const { task, sources, json, heatmap } = command;
  const question = checkedQuestion(task, command.question ?? '');
  checkSources(sources, terminal);
  await checkHeatmap(heatmap, sources.length);
  let pictures: readonly ReadPicture[] = [];
  const outcomes = await interruptible(async (signal) => {
    // Opened for the first picture that can be read: no model is loaded to say that none can.
    let model: Promise<LocalModel> | undefined;
    try {
      const all: Outcome[] = [];
      for (let from = 0; from < sources.length && !signal.aborted; from += AT_ONCE) {
        pictures = await readPictures(sources.slice(from, from + AT_ONCE), terminal, signal);
        const opened = () => (model ??= open());
        all.push(...(await Promise.all(pictures.map((read) => answered(opened, read, { task, question, signal })))));
      }
      return all;
    } finally {
      await (await model)?.close();
    }
  });
  const [only] = outcomes;
  let drawn = true;
  if (only && outcomes.length === 1) {
    if ('error' in only) throw only.error;
    if (heatmap !== undefined) drawn = await writeHeatmap(heatmap, pictures[0], only.answer, terminal);
  }
  if (json) sayJson(terminal, jsonOf(task, outcomes));
  else tellLines(task, outcomes, terminal);
  return drawn && outcomes.every((outcome) => 'answer' in outcome) ? EXIT.ok : EXIT.failed;
}

async function answered(
  open: () => Promise<LocalModel>,
  read: ReadPicture,
  ask: { task: PromptedTask; question: string; signal: AbortSignal },
): Promise<Outcome> {
  if ('error' in read) return read;
  const { name, sha256, picture } = read;
  const model = await open();
  try {
    return { name, answer: await model.answer({ ...ask, sha256, openPicture: async () => picture }) };
  } catch (error) {
    return { name, error: asSightlineError(error) };
  }
}

const textOf = (task: PromptedTask, answer: Answer): string =>
  task === 'alt-text' ? altText(answer.text) : answer.text;

function answerJson(task: PromptedTask, answer: Answer) {
  const { confidence, calibrated, sure, alternatives, modelId: model, cache, timings } = answer;
  return { answer: textOf(task, answer), confidence, calibrated, sure, alternatives, model, cache, timings };
}

function jsonOf(task: PromptedTask, outcomes: readonly Outcome[]): object {
  const [only] = outcomes;
  if (outcomes.length === 1 && only && 'answer' in only) return answerJson(task, only.answer);
  return {
    answers: outcomes.map((outcome) =>
      'error' in outcome
        ? { image: outcome.name, error: errorJson(outcome.error) }
        : { image: outcome.name, ...answerJson(task, outcome.answer) },
    ),
  };
}

function tellLines(task: PromptedTask, outcomes: readonly Outcome[], terminal: Terminal): void {
  for (const outcome of outcomes) {
    const before = outcomes.length > 1 ? `${printable(outcome.name)}: ` : '';
    if ('error' in outcome) say(terminal.stderr, `sightline: ${before}${outcome.error.message}`);
    else say(terminal.stdout, before + line(task, outcome.answer));
    if (task === 'alt-text' && 'answer' in outcome) say(terminal.stderr, `${before}(${howSure(task, outcome.answer)})`);
  }
}

function line(task: PromptedTask, answer: Answer): string {
  const text = printable(textOf(task, answer));
  // Alt text is to be pasted as it stands.
  if (task === 'alt-text') return text;
  if (isGuess(answer)) return `perhaps ${text}  (${answer.certainty})`;
  return `${text}  (${howSure(task, answer)})`;
}

function howSure(task: PromptedTask, { certainty, confidence, calibrated, alternatives }: Answer): string {
  const others = alternatives.map((other) => printable(other.text)).join(', ');
  const also = others === '' ? '' : `; or: ${others}`;
  if (certainty === 'unknown') return `this model does not say how sure it is${also}`;
  // Of a sentence its own word would say nothing.
  if (isSentence(task)) return certainty + also;
  return `${certainty}, ${likelihood(confidence)}${calibrated === false ? ', by its own word' : ''}${also}`;
}

const isYesNo = (text: string): boolean => /^(yes|no)$/i.test(text);

/** A yes or no that is little better than a guess: what it may be otherwise is plain, and how likely says nothing more. */
const isGuess = ({ text, certainty, alternatives }: Answer): boolean =>
  certainty === 'not sure' && isYesNo(text) && alternatives.every((other) => isYesNo(other.text));

/** Before anything is computed: a person who waited for the answer should not lose the picture to a typing error. */
async function checkHeatmap(heatmap: string | undefined, pictures: number): Promise<void> {
  if (heatmap === undefined) return;
  if (pictures > 1) throw new UsageError('--heatmap draws one picture: ask about one at a time.');
  if (!/\.png$/i.test(heatmap)) throw new UsageError('--heatmap writes a PNG: give it a name that ends in .png.');
  const place = dirname(resolve(heatmap));
  const [found, folder] = await Promise.all([heatmap, place].map((path) => stat(path).catch(() => undefined)));
  const fits = found ? found.isFile() : folder?.isDirectory();
  if (!fits) throw new UsageError(unwritable(heatmap));
  await access(found ? heatmap : place, constants.W_OK).catch(() => {
    throw new UsageError(unwritable(heatmap));
  });
}

const unwritable = (path: string) =>
  `The heat map could not be written to ${path}. Check that its folder exists and that you may write there.`;

/** Tells what went wrong, and whether it was written: the answer is worth having without it. */
async function writeHeatmap(
  path: string,
  read: ReadPicture | undefined,
  answer: Answer,
  terminal: Terminal,
): Promise<boolean> {
  const { renderHeatmap } = await import('#images/heatmap.ts');
  const { picture } = read as NamedPicture;
  if (answer.evidence.words.length === 0) throw new SightlineError('no_evidence');
  try {
    await writeFile(path, await renderHeatmap(picture.bytes, answer.evidence));
    return true;
  } catch (error) {
    say(terminal.stderr, `sightline: ${error instanceof SightlineError ? error.message : unwritable(path)}`);
    return false;
  }
}
