/** Answers that are not running text: to be copied as alt text, lettering verbatim, captions, and bars for a ranking. */
import { ALT_TEXT_CHARACTERS, altText, LONG_ALT_TEXT_CHARACTERS } from '#core/alt-text.ts';
import type { Answer } from '#core/answer.ts';
import type { Detail } from '#core/ask.ts';
import type { CaptionStyle, Language } from '#store/settings.ts';
import { say } from '../words.ts';
import { alternatives, type Room, sentenceCase, small } from './answer.ts';
import { block, plain, tamed } from './plain.ts';

function doubt(language: Language, answer: Answer, alone: boolean): readonly string[] {
  if (answer.certainty !== 'not sure') return [];
  return [small(say(language, 'say.unsure')), ...(alone ? alternatives(language, answer) : [])];
}

/** With the label that a machine made it, first, so that it can be skipped. */
export function altLines(
  language: Language,
  answer: Answer,
  { most, alone, detail }: Room & { readonly detail: Detail | undefined },
): readonly string[] {
  const bound = Math.min(most, detail === 'long' ? LONG_ALT_TEXT_CHARACTERS : ALT_TEXT_CHARACTERS);
  const text = altText(sentenceCase(tamed(answer.text)), bound);
  return [
    ...(alone ? [small(say(language, 'say.copy_alt', { characters: text.length }))] : []),
    block(text, most),
    ...doubt(language, answer, alone),
  ];
}

export function readLines(language: Language, answer: Answer, { most, alone }: Room): readonly string[] {
  const text = tamed(answer.text, { lines: true });
  if (text === '') return [say(language, 'say.no_lettering')];
  const shown = block(text, most);
  if (answer.certainty !== 'not sure') return [shown];
  // A model that was asked to read says something, be there anything to read or not.
  return [say(language, 'say.perhaps_lettering'), shown, ...(alone ? alternatives(language, answer) : [])];
}

export const captionLines = (
  language: Language,
  answer: Answer,
  { most, alone, style }: Room & { readonly style: CaptionStyle | undefined },
): readonly string[] => {
  const text = plain(styled(answer.text, style), most);
  return text === '' ? [say(language, 'say.nothing')] : [text, ...doubt(language, answer, alone)];
};

/** Small words keep their small letters in a title. */
const SMALL = new Set(['a', 'an', 'the', 'and', 'or', 'of', 'on', 'in', 'at', 'to', 'by', 'with', 'under', 'above']);

function styled(text: string, style: CaptionStyle = 'sentence'): string {
  const bare = text.trim().replace(/\.$/, '');
  if (style === 'plain' || bare === '') return text.trim();
  if (style === 'sentence') return `${sentenceCase(bare)}${/[!?…]$/.test(bare) ? '' : '.'}`;
  return sentenceCase(bare.replace(/[\p{L}\p{N}'’]+/gu, (word) => (SMALL.has(word) ? word : sentenceCase(word))));
}

const BAR = 10;
const BAR_AND_PERCENT_CHARACTERS = 20;

/** Likeliest first; a bar's length is read at a glance, the figure is for screen readers and the curious. */
export function rankLines(language: Language, answer: Answer, { most, alone }: Room): readonly string[] {
  const percent = new Intl.NumberFormat(language, { style: 'percent' });
  const best = { text: answer.text, confidence: answer.confidence };
  // Beside others only the best of each has room.
  const captions = alone ? [best, ...answer.alternatives] : [best];
  const each = Math.floor(most / captions.length) - BAR_AND_PERCENT_CHARACTERS;
  return captions.map(({ text, confidence }) => {
    const filled = Math.round(confidence * BAR);
    const bar = `${'█'.repeat(filled)}${'░'.repeat(BAR - filled)}`;
    return `\`${bar}\` ${percent.format(confidence)} ${plain(text, each)}`;
  });
}
