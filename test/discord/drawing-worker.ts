/** A worker that does all that can be asked: several pictures, rankings, drawings kept in the blob store as a real one keeps them. */
import type { Answered, Drawing } from '#core/answer.ts';
import type { AskRequest } from '#core/ask.ts';
import type { BlobStore } from '#images/blob-store.ts';
import { normaliseUpload } from '#images/upload.ts';
import { plain } from '#test/pictures.ts';
import { answerFor } from '#test/room.ts';

const DRAWN: Record<NonNullable<AskRequest['draw']>, string> = {
  heat: 'Heat map: brightest where the boat is.',
  boxes: 'A box around the red boat.',
  sheet: 'A sheet of numbered pictures with their captions.',
};

const CAPTIONS = ['a red boat on the sea', 'a cat on a chair', 'three stars over a hill', 'a green bottle'];

async function draw(blobs: BlobStore, what: NonNullable<AskRequest['draw']>): Promise<Drawing> {
  const upload = await normaliseUpload(await plain(60, 40, [0, 0, 200]).png().toBuffer());
  await blobs.put(upload);
  return { sha256: upload.sha256, description: DRAWN[what] };
}

function ranked(ask: AskRequest) {
  const [best = '', ...others] = ask.captions ?? [];
  const alternatives = others.map((text, index) => ({ text, confidence: 0.3 / 2 ** index }));
  return { ...answerFor(ask), text: best, confidence: 0.62, alternatives };
}

export const drawingWorker =
  (blobs: BlobStore) =>
  async (ask: AskRequest): Promise<Answered> => {
    const answer = ask.task === 'rank' ? ranked(ask) : answerFor(ask);
    const count = 1 + (ask.further?.length ?? 0);
    const pictures = Array.from({ length: count }, (_, index) => ({
      ok: true as const,
      answer: { ...answer, text: ask.task === 'caption' ? (CAPTIONS[index % CAPTIONS.length] ?? '') : answer.text },
    }));
    return {
      answer,
      ...(count > 1 ? { pictures } : {}),
      ...(ask.draw ? { drawing: await draw(blobs, ask.draw) } : {}),
    };
  };
