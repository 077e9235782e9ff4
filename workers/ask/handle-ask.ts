/**
 * One ask, all its pictures, and a drawing where one is wanted. Of several pictures each is answered by itself and a bad one
 * fails alone; what throws here is the outcome the person reads (`SightlineError`), or is tried again by the consumer.
 */
import type { Answered, PictureOutcome } from '#core/answer.ts';
import type { AskRequest, ImageRef } from '#core/ask.ts';
import { asSightlineError, type ErrorCode } from '#core/errors.ts';
import type { BlobStore } from '#images/blob-store.ts';
import type { AskContext } from '#queue/ask-consumer.ts';
import { drawingOf } from './drawing.ts';
import { type Look, type LookParts, lookAt } from './look.ts';

interface AskParts extends LookParts {
  readonly blobs: Pick<BlobStore, 'put'>;
}

/** Pictures of one ask in hand at once: the batcher is shared with everybody else's. */
const AT_ONCE = 3;
/** No picture's own fault: the whole ask is better tried again than answered in part. */
const EVERYBODYS: ReadonlySet<ErrorCode> = new Set(['redis_unavailable', 'internal']);

type Looked = { readonly look: Look } | { readonly error: unknown };

export function handleAsk(parts: AskParts) {
  return async (ask: AskRequest, context: AskContext): Promise<Answered> => {
    const images = [ask.image, ...(ask.further ?? [])];
    // The text of one picture is shown while it is written; of several it would be a jumble.
    const { signal, queuedMs } = context;
    const progress = images.length === 1 ? context.progress : undefined;
    const looked = await eachOf(images, (image) =>
      triedAlone(lookAt(parts, ask, image, { signal, queuedMs, progress }), signal),
    );
    const looks = looked.map((one) => ('look' in one ? one.look : undefined));
    const first = looks.find((look) => look !== undefined);
    if (!first) throw failureOf(looked);
    const drawing = ask.draw && (await drawingOf(ask.draw, looks, parts.blobs));
    return {
      answer: first.answer,
      ...(images.length > 1 && { pictures: looked.map(outcomeOf) }),
      ...(drawing && { drawing }),
    };
  };
}

async function triedAlone(looking: Promise<Look>, signal: AbortSignal): Promise<Looked> {
  try {
    return { look: await looking };
  } catch (error) {
    if (signal.aborted || EVERYBODYS.has(asSightlineError(error).code)) throw error;
    return { error };
  }
}

const failureOf = (looked: readonly Looked[]): unknown =>
  looked.flatMap((one) => ('error' in one ? [one.error] : []))[0] ??
  new Error('No picture and no error. This is a bug.');

function outcomeOf(looked: Looked): PictureOutcome {
  if ('look' in looked) return { ok: true, answer: looked.look.answer };
  const { code, detail } = asSightlineError(looked.error);
  return { ok: false, code, ...(detail !== undefined && { detail }) };
}

/** In order, a few at a time. */
async function eachOf<T>(images: readonly ImageRef[], work: (image: ImageRef) => Promise<T>): Promise<T[]> {
  const results: T[] = [];
  const waiting = images.entries();
  const lane = async () => {
    for (const [index, image] of waiting) results[index] = await work(image);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, lane));
  return results;
}
