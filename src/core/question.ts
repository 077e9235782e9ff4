/** The question as the model and the caches see it. */
import { SightlineError } from './errors.ts';
import { LIMITS } from './limits.ts';
import type { EngineCard } from './model-card.ts';
import { needsQuestion, type Task } from './task.ts';

type Wording = EngineCard['text'];

/** For whoever asks what a question comes to, and no model is meant. */
const PLAIN: Wording = { lowercase: true, stripTrailing: '?.!' };

/**
 * "  What's THIS?? " -> "what's this", where the model's card asks for small letters and no such signs at the end. It is what the
 * model is given and what its answer is kept under: two spellings that it cannot tell apart share an answer.
 */
export function normaliseQuestion(question: string, { lowercase, stripTrailing }: Wording = PLAIN): string {
  const tidy = question.normalize('NFC').replace(/\s+/gu, ' ').trim();
  const characters = [...(lowercase ? tidy.toLowerCase() : tidy)];
  const last = characters.findLastIndex((character) => character !== ' ' && !stripTrailing.includes(character));
  return characters.slice(0, last + 1).join('');
}

/**
 * The question of an ask, checked.
 * @throws SightlineError `no_question`, `question_too_long`
 */
export function checkedQuestion(task: Task, question: string): string {
  if (question.length > LIMITS.questionCharacters) {
    throw new SightlineError('question_too_long', {
      detail: `${question.length} characters, at most ${LIMITS.questionCharacters}`,
    });
  }
  if (!needsQuestion(task)) return '';
  if (normaliseQuestion(question) === '') throw new SightlineError('no_question');
  return question;
}
