/** `rank`: which of the captions fits the picture best, with a probability for each. */
import { LIMITS } from '#core/limits.ts';
import { EXIT, UsageError } from '../exit.ts';
import { interruptible } from '../interrupt.ts';
import type { OpenLocalModel } from '../local-model.ts';
import { percent, printable, say, sayJson, type Terminal } from '../terminal.ts';
import { checkSources, readPictures } from './pictures.ts';

export async function rankCommand(
  { source, captions, json }: { readonly source: string; readonly captions: readonly string[]; readonly json: boolean },
  terminal: Terminal,
  open: OpenLocalModel,
): Promise<number> {
  checkSources([source], terminal);
  checkCaptions(captions);
  const [read] = await readPictures([source], terminal);
  if (!read) throw new Error('Expected one picture. This is a bug.');
  if ('error' in read) throw read.error;
  const ranking = await interruptible(async () => {
    const model = await open();
    try {
      return await model.rank(read.picture, captions);
    } finally {
      await model.close();
    }
  });
  const best = ranking.toSorted((one, other) => other.probability - one.probability);
  if (json) sayJson(terminal, { ranking: best.map(({ caption, probability }) => ({ caption, probability })) });
  else
    for (const { caption, probability } of best)
      say(terminal.stdout, `${percent(probability).padStart(5)}  ${printable(caption)}`);
  return EXIT.ok;
}

function checkCaptions(captions: readonly string[]): void {
  if (captions.length < 2) throw new UsageError('Give at least two captions to choose from.');
  if (captions.length > LIMITS.captionsPerRank) {
    throw new UsageError(`Give at most ${LIMITS.captionsPerRank} captions.`);
  }
  if (captions.some((caption) => caption.trim() === '')) throw new UsageError('A caption is empty.');
  if (captions.some(({ length }) => length > LIMITS.captionCharacters)) {
    throw new UsageError(`A caption may have ${LIMITS.captionCharacters} characters.`);
  }
}
