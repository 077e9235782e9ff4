/**
 * A chat as a question: the last user message asks, about its own pictures or the latest before it; what was said before is the
 * conversation. Without words of its own the picture is described.
 * @throws SightlineError `no_image`, `question_too_long`, `bad_request`
 */
import type { AskRequest, Turn } from '#core/ask.ts';
import { SightlineError } from '#core/errors.ts';
import { LIMITS } from '#core/limits.ts';
import { checkedQuestion, normaliseQuestion } from '#core/question.ts';
import type { ChatBody, Message, Part } from './chat-body.ts';

export interface ChatAsk extends Pick<AskRequest, 'task' | 'question' | 'conversation'> {
  readonly instructions?: string;
  readonly maxTokens?: number;
  /** Data URLs and links, at least one. */
  readonly pictures: readonly string[];
}

/** Of an earlier message: what a model of today's size makes use of. */
const TURN_CHARACTERS = 1_000;
/** Bots write who speaks in front of what they say: "<@1234>: what is this?" */
const SPEAKER = /^<@!?\d+>:\s*/;

export function chatAsk({ messages, max_tokens, max_completion_tokens }: ChatBody): ChatAsk {
  const told = messages.filter(({ role }) => role !== 'system' && role !== 'developer');
  const last = told.at(-1);
  if (last?.role !== 'user') {
    throw new SightlineError('bad_request', { detail: 'the last message must be the user’s' });
  }
  const words = textOf(last).replace(SPEAKER, '');
  const task = normaliseQuestion(words) === '' ? 'caption' : 'vqa';
  const instructions = instructionsOf(messages);
  const maxTokens = max_completion_tokens ?? max_tokens ?? undefined;
  return {
    task,
    question: checkedQuestion(task, words),
    pictures: picturesOf(told),
    conversation: conversationOf(told.slice(0, -1)),
    ...(instructions !== '' && { instructions }),
    ...(maxTokens !== undefined && { maxTokens }),
  };
}

const partsOf = ({ content }: Message): Part[] =>
  typeof content === 'string' ? [{ type: 'text', text: content }] : [...(content ?? [])];

const textOf = (message: Message): string =>
  partsOf(message)
    .flatMap((part) => (part.type === 'text' ? [part.text] : []))
    .join('\n')
    .trim();

function picturesOf(told: readonly Message[]): readonly string[] {
  const pictures = told
    .filter(({ role }) => role === 'user')
    .map((message) => partsOf(message).flatMap((part) => (part.type === 'image_url' ? [part.image_url.url] : [])))
    .findLast(({ length }) => length > 0);
  if (!pictures) throw new SightlineError('no_image');
  if (pictures.length > LIMITS.picturesPerAsk) {
    throw new SightlineError('bad_request', {
      detail: `${pictures.length} pictures in one message, at most ${LIMITS.picturesPerAsk}`,
    });
  }
  return pictures;
}

function instructionsOf(messages: readonly Message[]): string {
  const instructions = messages
    .filter(({ role }) => role === 'system' || role === 'developer')
    .map(textOf)
    .join('\n')
    .trim();
  if (instructions.length > LIMITS.instructionsCharacters) {
    throw new SightlineError('bad_request', {
      detail: `${instructions.length} characters of system text, at most ${LIMITS.instructionsCharacters}`,
    });
  }
  return instructions;
}

/** Questions and their answers; several messages in a row are one. What nobody answered is no turn. */
function conversationOf(before: readonly Message[]): Turn[] {
  const turns: Turn[] = [];
  let asked: string[] = [];
  for (const message of before) {
    const said = textOf(message).slice(0, TURN_CHARACTERS);
    if (message.role === 'user') asked.push(said.replace(SPEAKER, ''));
    else {
      const answered = asked.length === 0 ? turns.pop() : undefined;
      const question = answered?.question ?? asked.filter((text) => text !== '').join('\n');
      turns.push({ question, answer: [answered?.answer, said].filter(Boolean).join('\n') });
      asked = [];
    }
  }
  return turns.slice(-LIMITS.conversationTurns);
}
