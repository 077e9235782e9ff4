/** `evaluate`: reads the folder, runs it with a progress bar, prints the report. */
import cliProgress from 'cli-progress';
import { EXIT } from '../exit.ts';
import { interruptible } from '../interrupt.ts';
import type { OpenLocalModel } from '../local-model.ts';
import { printable, say, sayJson, type Terminal } from '../terminal.ts';
import { readEvaluationData } from './data.ts';
import { reportLines, reportOf } from './report.ts';
import { runEvaluation, type Unanswered } from './run.ts';

/** How many unanswered questions are named. */
const NAMED = 5;

export async function evaluateCommand(
  { folder, batchSize, json }: { readonly folder: string; readonly batchSize: number; readonly json: boolean },
  terminal: Terminal,
  open: OpenLocalModel,
): Promise<number> {
  const data = await readEvaluationData(folder);
  const bar = progressBar(terminal, data.questions.length);
  const { model, result } = await interruptible(async (signal) => {
    const model = await open({ batchSize });
    try {
      // Twice a batch: while one is computed, the next is made ready.
      const options = { inFlight: 2 * batchSize, signal, onAnswered: bar.advance };
      return { model: model.card.id, result: await runEvaluation(model, data, options) };
    } finally {
      bar.stop();
      await model.close();
    }
  });
  tellUnanswered(result.unanswered, terminal);
  const report = reportOf(model, result.judged, result.seconds);
  if (json) sayJson(terminal, report);
  else for (const line of reportLines(report)) say(terminal.stdout, printableLine(line));
  return EXIT.ok;
}

/** Leading and inner blanks are the table's layout. */
const printableLine = (line: string): string => line.replace(/\p{C}/gu, '');

function progressBar({ stderr }: Terminal, total: number): { advance: () => void; stop: () => void } {
  // In a log or a pipe a bar would be noise.
  if (!stderr.isTTY) return { advance: () => undefined, stop: () => undefined };
  const format = '{bar} {percentage} % | {value} of {total} questions | {eta_formatted} left';
  const bar = new cliProgress.SingleBar({ format, stream: stderr }, cliProgress.Presets.shades_classic);
  bar.start(total, 0);
  return { advance: () => bar.increment(), stop: () => bar.stop() };
}

function tellUnanswered(unanswered: readonly Unanswered[], { stderr }: Terminal): void {
  if (unanswered.length === 0) return;
  say(stderr, `sightline: ${unanswered.length} questions could not be answered and count as wrong:`);
  for (const { question, error } of unanswered.slice(0, NAMED)) {
    say(stderr, `  ${printable(question.image)} "${printable(question.question)}": ${error.message}`);
  }
}
