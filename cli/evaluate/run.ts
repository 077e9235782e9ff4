/**
 * Asks every question and judges the answers, several at a time so that batches fill. A question the model could not
 * answer counts as wrong and is reported; a picture that turns out damaged ends the run, as a smaller set would flatter.
 * @throws SightlineError `bad_evaluation_data`, `cancelled`
 */
import { asSightlineError, SightlineError } from '#core/errors.ts';
import { openPicture } from '#images/picture.ts';
import { bytesFromFile } from '#images/source.ts';
import type { LocalModel } from '../local-model.ts';
import type { EvaluationData, Question } from './data.ts';
import { expectedVerdict, isCorrect, verdictOf } from './matching.ts';
import type { Judged } from './metrics.ts';

export interface Unanswered {
  readonly question: Question;
  readonly error: SightlineError;
}

export interface RunResult {
  readonly judged: readonly Judged[];
  readonly unanswered: readonly Unanswered[];
  readonly seconds: number;
}

interface RunOptions {
  /** Questions on their way at once. */
  readonly inFlight: number;
  readonly signal: AbortSignal;
  readonly onAnswered?: () => void;
}

/** These say that the picture is bad, not the model. */
const PICTURE_CODES = /^(empty_image|not_an_image|unsupported_image|truncated_image|image_)/;

export async function runEvaluation(
  model: Pick<LocalModel, 'answer'>,
  { questions, images }: EvaluationData,
  { inFlight, signal, onAnswered }: RunOptions,
): Promise<RunResult> {
  // Questions about one picture follow one another, so that its features are computed once.
  const waiting = [...Map.groupBy(questions, ({ image }) => image).values()].flat().values();
  const judged: Judged[] = [];
  const unanswered: Unanswered[] = [];
  const startedAt = performance.now();

  const answerNext = async () => {
    // One iterator for all: each takes the next question that nobody has.
    for (const question of waiting) {
      if (signal.aborted) throw new SightlineError('cancelled');
      try {
        judged.push(await judge(question));
      } catch (cause) {
        const error = asSightlineError(cause);
        if (error.code === 'cancelled') throw error;
        if (PICTURE_CODES.test(error.code)) {
          const detail = `unreadable pictures: ${question.image} (${error.code})`;
          throw new SightlineError('bad_evaluation_data', { detail, cause });
        }
        unanswered.push({ question, error });
        judged.push(judgedAs(question, '', 0));
      }
      onAnswered?.();
    }
  };

  const judge = async (question: Question): Promise<Judged> => {
    const image = images.get(question.image);
    if (!image) throw new Error(`No picture ${question.image} was read. This is a bug.`);
    const answer = await model.answer({
      task: 'vqa',
      question: question.question,
      sha256: image.sha256,
      openPicture: async () => openPicture(await bytesFromFile(image.path)),
      signal,
    });
    return judgedAs(question, answer.text, answer.confidence);
  };

  const ends = await Promise.allSettled(Array.from({ length: inFlight }, answerNext));
  for (const end of ends) if (end.status === 'rejected') throw end.reason;
  return { judged, unanswered, seconds: (performance.now() - startedAt) / 1000 };
}

function judgedAs({ type, answers }: Question, text: string, confidence: number): Judged {
  const expected = expectedVerdict(answers);
  const correct = isCorrect(text, answers);
  return { type, correct, confidence, ...(expected && { verdict: { expected, said: verdictOf(text) } }) };
}
