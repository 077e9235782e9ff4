/**
 * One picture of an ask and what the model says about it. A long description and a ranking are made here of simpler answers.
 * @throws SightlineError what opening the picture and answering throw, and `no_captions`
 */
import type { Answer, Progress } from '#core/answer.ts';
import type { AskRequest, ImageRef } from '#core/ask.ts';
import { certaintyOf, uncalibratedCertainty } from '#core/certainty.ts';
import { SightlineError } from '#core/errors.ts';
import type { EngineCard, Scaling } from '#core/model-card.ts';
import type { Pixels } from '#core/pixels.ts';
import type { PromptedTask } from '#core/task.ts';
import { openPicture, toPixels } from '#images/picture.ts';
import type { Answerer } from '#inference/answerer.ts';
import { boxesOf, subjectOf } from '#inference/box.ts';
import { describeAtLength } from '#inference/describe.ts';
import { isSentence } from '#inference/sentence.ts';
import type { KeptPicture, OpenPicture } from './pictures.ts';

export interface LookParts {
  readonly answerer: Pick<Answerer, 'answer' | 'rank'>;
  /** Of the model that ranks. */
  readonly card: EngineCard;
  readonly open: OpenPicture;
}

interface LookContext {
  readonly signal: AbortSignal;
  readonly queuedMs: number;
  readonly progress?: ((progress: Progress) => void) | undefined;
}

export interface Look {
  readonly picture: KeptPicture;
  readonly answer: Answer;
}

type LoadPixels = (scaling: Scaling, signal: AbortSignal) => Promise<Pixels>;

export async function lookAt(
  { answerer, card, open }: LookParts,
  ask: AskRequest,
  image: ImageRef,
  { signal, queuedMs, progress }: LookContext,
): Promise<Look> {
  const startedAt = performance.now();
  const picture = await open(image, signal);
  const loadPixels: LoadPixels = async (scaling, waiting) =>
    toPixels(await openPicture(await picture.bytes()), scaling, { signal: waiting });
  if (ask.task === 'rank') {
    const ranked = await rank({ answerer, card }, ask, (scaling) => loadPixels(scaling, signal));
    const total = queuedMs + performance.now() - startedAt;
    return { picture, answer: { ...ranked, timings: { ...ranked.timings, queued: queuedMs, total } } };
  }
  const put = (task: PromptedTask, question: string, onProgress?: LookContext['progress']) =>
    answerer.answer({
      requestId: ask.id,
      task,
      question,
      sha256: picture.sha256,
      conversation: ask.conversation,
      instructions: ask.instructions,
      maxTokens: ask.maxTokens,
      loadPixels,
      signal,
      deadlineAt: ask.deadlineAt,
      queuedMs,
      onProgress,
    });
  const short = await put(ask.task, ask.question, progress);
  const long = ask.detail === 'long' && isSentence(ask.task) ? await describeAtLength(short, put) : short;
  const answer = ask.draw === 'boxes' ? { ...long, boxes: boxesOf(short.evidence, subjectOf(ask.question)) } : long;
  return { picture, answer };
}

/** The best caption as the answer, all others with their probabilities as what else it may be. */
async function rank(
  { answerer, card }: Pick<LookParts, 'answerer' | 'card'>,
  ask: AskRequest,
  loadPixels: (scaling: Scaling) => Promise<Pixels>,
): Promise<Answer> {
  const captions = (ask.captions ?? []).filter((caption) => caption.trim() !== '');
  if (captions.length < 2) throw new SightlineError('no_captions');
  const ranking = await answerer.rank({ loadPixels, captions });
  const [best, ...others] = ranking.map(({ caption, probability }) => ({ text: caption, confidence: probability }));
  if (!best) throw new Error('A ranking of captions is empty. This is a bug.');
  const certainty = card.calibration
    ? certaintyOf(best.confidence, card.calibration)
    : uncalibratedCertainty(best.confidence);
  return {
    requestId: ask.id,
    ...best,
    certainty,
    sure: certainty !== 'not sure',
    alternatives: others,
    // A picture and a caption meet in one number each; there is no place to point at.
    evidence: { rows: 1, columns: 1, words: [] },
    modelId: card.id,
    cache: 'none',
    timings: { queued: 0, preprocess: 0, batched: 0, encode: 0, decode: 0, total: 0 },
  };
}
