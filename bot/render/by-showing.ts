/** Answers that are not running text: to be copied as alt text, lettering verbatim, captions, and bars for a ranking. */
import { altText } from '#core/alt-text.ts';
import type { Answer } from '#core/answer.ts';
import type { CaptionStyle, Language } from '#store/settings.ts';
import { say } from '../words.ts';
import { alternatives, sentenceCase, small } from './answer.ts';
import { block, plain } from './plain.ts';

const doubt = (language: Language, answer: Answer): readonly string[] =>
  answer.certainty === 'not sure' ? [small(say(language, 'say.unsure')), ...alternatives(language, answer)] : [];

/** With the label that a machine made it, first, so that it can be skipped. */
export function altLines(language: Language, answer: Answer): readonly string[] {
  const text = altText(sentenceCase(answer.text));
  return [
    small(say(language, 'say.copy_alt', { characters: text.length })),
    block(text, text.length),
    ...doubt(language, answer),
  ];
}

export function readLines(language: Language, answer: Answer, most: number): readonly string[] {
  const text = answer.text.trim();
  if (text === '') return [say(language, 'say.no_lettering')];
  return [block(text, most), ...doubt(language, answer)];
}

export const captionLines = (
  language: Language,
  answer: Answer,
  { style, most }: { readonly style: CaptionStyle | undefined; readonly most: number },
): readonly string[] => [plain(styled(answer.text, style), most), ...doubt(language, answer)];

/** Small words keep their small letters in a title. */
const SMALL = new Set(['a', 'an', 'the', 'and', 'or', 'of', 'on', 'in', 'at', 'to', 'by', 'with', 'under', 'above']);

function styled(text: string, style: CaptionStyle = 'sentence'): string {
  const bare = text.trim().replace(/\.$/, '');
  if (style === 'plain' || bare === '') return text.trim();
  if (style === 'sentence') return `${sentenceCase(bare)}${/[!?…]$/.test(bare) ? '' : '.'}`;
  return sentenceCase(bare.replace(/[\p{L}\p{N}'’]+/gu, (word) => (SMALL.has(word) ? word : sentenceCase(word))));
}

const BAR = 10;
const CAPTION_CHARACTERS = 100;

/** Likeliest first; a bar's length is read at a glance, the figure is for screen readers and the curious. */
export function rankLines(language: Language, { text, confidence, alternatives: others }: Answer): readonly string[] {
  const percent = new Intl.NumberFormat(language, { style: 'percent' });
  return [{ text, confidence }, ...others].map((caption) => {
    const filled = Math.round(caption.confidence * BAR);
    const bar = `${'█'.repeat(filled)}${'░'.repeat(BAR - filled)}`;
    return `\`${bar}\` ${percent.format(caption.confidence)} ${plain(caption.text, CAPTION_CHARACTERS)}`;
  });
}
