/**
 * One ask: its picture by reference, its answer from the model. Throws `SightlineError`; the consumer turns it into the
 * outcome that the person reads.
 */
import type { Answered } from '#core/answer.ts';
import type { AskRequest, ImageRef } from '#core/ask.ts';
import { SightlineError } from '#core/errors.ts';
import type { Preprocessing } from '#core/model-card.ts';
import type { BlobStore } from '#images/blob-store.ts';
import { openPicture, toRgb } from '#images/picture.ts';
import type { Answerer } from '#inference/answerer.ts';
import type { AskContext } from '#queue/ask-consumer.ts';

interface AskParts {
  readonly answerer: Pick<Answerer, 'answer'>;
  readonly blobs: Pick<BlobStore, 'get'>;
  readonly preprocessing: Preprocessing;
}

export function handleAsk({ answerer, blobs, preprocessing }: AskParts) {
  return async (ask: AskRequest, { signal, queuedMs, progress }: AskContext): Promise<Answered> => {
    if (ask.task === 'rank') throw new SightlineError('bad_request', { detail: 'a worker does not rank captions yet' });
    const sha256 = identityOf(ask.image);
    const answer = await answerer.answer({
      requestId: ask.id,
      task: ask.task,
      question: ask.question,
      sha256,
      loadRgb: async (waiting) => toRgb(await openPicture(await blobs.get(sha256)), preprocessing, { signal: waiting }),
      signal,
      deadlineAt: ask.deadlineAt,
      queuedMs,
      onProgress: progress,
    });
    return { answer };
  };
}

/**
 * Only uploads lie where a worker finds them. A picture by its Discord address is refused: no surface asks that way, and
 * fetching an address needs the guards that belong to the bot.
 */
function identityOf(image: ImageRef): string {
  if (image.kind === 'upload') return image.sha256;
  throw new SightlineError('image_gone');
}
