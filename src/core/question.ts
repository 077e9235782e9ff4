/** The question as the model and the caches see it. */
import { SightlineError } from './errors.ts';
import { LIMITS } from './limits.ts';
import { needsQuestion, type Task } from './task.ts';

/** "  What's THIS?? " -> "what's this": two spellings of one question share an answer. */
export function normaliseQuestion(question: string): string {
  return question
    .normalize('NFC')
    .toLowerCase()
    .replace(/\s+/gu, ' ')
    .trim()
    .replace(/[\s?.!]+$/u, '');
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
