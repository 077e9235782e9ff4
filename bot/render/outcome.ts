/**
 * What became of an ask, as the message that a person reads: the answer in the way it was asked for, how sure it is in words,
 * what was not looked at, buttons. Everything that a model or a person wrote is made harmless on the way.
 */
import type { Answer, AnswerOutcome, PictureOutcome } from '#core/answer.ts';
import type { Language } from '#store/settings.ts';
import type { RememberedAsk } from '../memory.ts';
import { type Outgoing, type OutgoingFile, within } from '../post/outgoing.ts';
import { mayHelpToRetry, sentence } from '../sentence.ts';
import { say } from '../words.ts';
import { answerLines, type Room } from './answer.ts';
import { altLines, captionLines, rankLines, readLines } from './by-showing.ts';
import { plain } from './plain.ts';
import { answerRows, removeRows, retryRows } from './rows.ts';
import { skippedLines } from './skipped.ts';

export interface Rendering {
  readonly requestId: string;
  readonly language: Language;
  readonly askerId: string;
  /** Undefined when the answer came after everything else was forgotten. */
  readonly ask: RememberedAsk | undefined;
  /** The drawing that came with the answer, ready to be sent; undefined where there is none or the bot may not. */
  readonly file: OutgoingFile | undefined;
  /** A drawing came, but the bot may not attach files there. */
  readonly withheld: boolean;
}

/** What the answers themselves may take of a message; the rest is for what was asked, skipped and said about it. */
const ANSWER_CHARACTERS = 1_200;
const QUOTED_CHARACTERS = 200;

export function renderOutcome(outcome: AnswerOutcome, rendering: Rendering): Outgoing {
  const { requestId, language, askerId, ask, file, withheld } = rendering;
  const under = { language, requestId, askerId };
  if (!outcome.ok) {
    const rows = ask && mayHelpToRetry(outcome.code) ? retryRows(under) : removeRows(under);
    return { content: sentence(language, outcome.code, outcome.detail), rows };
  }
  const lines = [
    ...(ask ? askedLines(ask) : []),
    ...bodyLines(outcome, rendering),
    ...(ask ? skippedLines(language, ask.plan) : []),
    ...(withheld ? [small(say(language, 'say.withheld'))] : []),
  ];
  const showing = ask?.plan.showing ?? 'answer';
  const rows = ask
    ? answerRows(under, {
        looked: showing !== 'look' && showing !== 'rank' && showing !== 'storyboard',
        longer: showing === 'alt' && ask.plan.detail !== 'long',
      })
    : removeRows(under);
  return { content: lines.join('\n'), rows, ...(file ? { files: [file] } : {}) };
}

/** What was asked, by whom and about which message, as far as Discord does not show it. */
function askedLines({ plan, askerId, language }: RememberedAsk): readonly string[] {
  const { quoted, nameAsker, about } = plan;
  const who = nameAsker ? `<@${askerId}>: ` : '';
  const asked = quoted ? [`> ${who}${plain(quoted, QUOTED_CHARACTERS)}`] : [];
  if (!about) return asked;
  const link = `https://discord.com/channels/${about.guildId ?? '@me'}/${about.channelId}/${about.messageId}`;
  return [...asked, small(`[${say(language, 'say.about')}](<${link}>)`)];
}

const small = (text: string): string => `-# ${text}`;

function bodyLines(outcome: Extract<AnswerOutcome, { ok: true }>, rendering: Rendering): readonly string[] {
  const { answer, pictures } = outcome;
  if (!pictures || pictures.length < 2) return linesOf(answer, rendering, { most: ANSWER_CHARACTERS, alone: true });
  // The number and the words around an unsure answer take their share.
  const most = Math.floor(ANSWER_CHARACTERS / pictures.length) - NUMBERED_CHARACTERS;
  return pictures.flatMap((picture, index) => numbered(picture, index + 1, rendering, most));
}
const NUMBERED_CHARACTERS = 60;

function linesOf(answer: Answer, { language, ask }: Rendering, room: Room): readonly string[] {
  switch (ask?.plan.showing) {
    case 'alt':
      return altLines(language, answer, { ...room, detail: ask.plan.detail });
    case 'read':
      return readLines(language, answer, room);
    case 'rank':
      return rankLines(language, answer, room);
    case 'caption':
    case 'storyboard':
      return captionLines(language, answer, { ...room, style: ask.plan.style });
    default:
      return answerLines(language, answer, room);
  }
}

function numbered(picture: PictureOutcome, number: number, rendering: Rendering, most: number): readonly string[] {
  const lines = picture.ok
    ? linesOf(picture.answer, rendering, { most, alone: false })
    : [within(sentence(rendering.language, picture.code, picture.detail), most)];
  const [first = '', ...rest] = lines;
  // A block of its own cannot stand behind a number.
  return first.startsWith('```') ? [`**${number}**`, first, ...rest] : [`**${number}** ${first}`, ...rest];
}
