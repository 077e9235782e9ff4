/** An answer in running text: what it says, and how sure it is in words. */
import type { Answer } from '#core/answer.ts';
import type { Certainty } from '#core/certainty.ts';
import type { Language } from '#store/settings.ts';
import { type Key, say } from '../words.ts';
import { plain } from './plain.ts';

/** What an answer has of a message: how many characters, and whether others stand beside it. */
export interface Room {
  readonly most: number;
  readonly alone: boolean;
}

const SURENESS = {
  sure: 'say.sure',
  'fairly sure': 'say.fairly_sure',
  unknown: 'say.sureness_unknown',
} as const satisfies Record<Exclude<Certainty, 'not sure'>, Key>;
const ALTERNATIVES = 3;
const ALTERNATIVE_CHARACTERS = 100;

export function answerLines(language: Language, answer: Answer, { most, alone }: Room): readonly string[] {
  const text = plain(answer.text, most);
  if (text === '') return [say(language, 'say.nothing')];
  if (answer.certainty === 'not sure') {
    return [say(language, 'say.perhaps', { text }), ...(alone ? alternatives(language, answer) : [])];
  }
  // Of several, those that are not sure say so.
  if (!alone) return [sentenceCase(text)];
  return [sentenceCase(text), small(say(language, SURENESS[answer.certainty]))];
}

/** What the picture may show instead, likeliest first. */
export function alternatives(language: Language, { alternatives: others }: Answer): readonly string[] {
  const texts = others
    .slice(0, ALTERNATIVES)
    .map(({ text }) => plain(text, ALTERNATIVE_CHARACTERS))
    .filter((text) => text !== '');
  return texts.length === 0 ? [] : [small(say(language, 'say.or', { texts: texts.join(' · ') }))];
}

export const small = (text: string): string => `-# ${text}`;

/** "a red boat" stands alone in a message: "A red boat". */
export const sentenceCase = (text: string): string => text.replace(/^\p{Ll}/u, (letter) => letter.toUpperCase());
