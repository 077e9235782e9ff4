/** What was not looked at and why, in small print under the answer. */
import type { Language } from '#store/settings.ts';
import type { SkipReason } from '../pictures/skipped.ts';
import type { AskPlan } from '../plan.ts';
import { say } from '../words.ts';
import { small } from './answer.ts';
import { plain } from './plain.ts';

const NAMED = 4;
const NAME_CHARACTERS = 40;

export function skippedLines(
  language: Language,
  { pictures, skipped }: Pick<AskPlan, 'pictures' | 'skipped'>,
): readonly string[] {
  const surplus = skipped.filter(({ reason }) => reason === 'too_many').length;
  const others = skipped.filter(({ reason }) => reason !== 'too_many');
  const lines: string[] = [];
  if (surplus > 0) {
    lines.push(say(language, 'say.used_first', { used: pictures.length, all: pictures.length + surplus }));
  }
  if (others.length > 0) {
    const named = others
      .slice(0, NAMED)
      .map(({ reason, name }) => `${plain(name, NAME_CHARACTERS)} (${reasonWords(language, reason)})`);
    const rest = others.length - named.length;
    const list = rest > 0 ? [...named, say(language, 'say.more_skipped', { count: rest })] : named;
    lines.push(say(language, 'say.skipped', { list: list.join(', ') }));
  }
  return lines.map(small);
}

const reasonWords = (language: Language, reason: SkipReason): string => say(language, `skipped.${reason}`);
