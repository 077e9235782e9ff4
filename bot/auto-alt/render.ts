/** What automatic alt text says: the description with its label first, so that a listener can skip it, and the question to the author. */
import type { AnswerOutcome, PictureOutcome } from '#core/answer.ts';
import type { Language } from '#store/settings.ts';
import { consentRow } from '../consent/row.ts';
import type { Outgoing } from '../post/outgoing.ts';
import { sentenceCase, small } from '../render/answer.ts';
import { plain } from '../render/plain.ts';
import { removeRows } from '../render/rows.ts';
import { say } from '../words.ts';
import type { Picture } from './decide.ts';

/** DESIGN §5: a short alt text has at most so many. */
const CHARACTERS = 250;

interface Describing {
  readonly language: Language;
  readonly requestId: string;
  /** May take the description away, as moderators may. */
  readonly authorId: string;
  readonly pictures: readonly Picture[];
  readonly quiet: boolean;
}

/** Undefined when nothing could be said: nobody asked, so nobody is told. */
export function renderDescription(outcome: AnswerOutcome, describing: Describing): Outgoing | undefined {
  if (!outcome.ok) return undefined;
  const { language, requestId, authorId, quiet, pictures: shown } = describing;
  const pictures: readonly PictureOutcome[] = outcome.pictures ?? [{ ok: true, answer: outcome.answer }];
  const texts = pictures.map((picture) => descriptionOf(picture, language));
  const lines = texts.flatMap((text, i) =>
    text === undefined ? [] : [texts.length > 1 ? `**${shown[i]?.number ?? i + 1}** ${text}` : text],
  );
  if (lines.length === 0) return undefined;
  return {
    content: [small(say(language, 'alt.label')), ...lines, small(say(language, 'alt.own_words'))].join('\n'),
    rows: removeRows({ language, requestId, askerId: authorId }),
    quiet,
  };
}

function descriptionOf(picture: PictureOutcome, language: Language): string | undefined {
  if (!picture.ok) return undefined;
  const text = plain(picture.answer.text, CHARACTERS);
  if (text === '') return undefined;
  return picture.answer.certainty === 'not sure' ? say(language, 'say.perhaps', { text }) : sentenceCase(text);
}

export const renderAuthorQuestion = (language: Language, messageId: string, authorId: string): Outgoing => ({
  content: say(language, 'alt.question', { author: `<@${authorId}>` }),
  rows: [consentRow(language, 'alt', messageId)],
  quiet: true,
});
