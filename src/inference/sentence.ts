/** Tasks that are answered in a sentence, and how one is written. */
import type { PromptedTask } from '#core/task.ts';

export const isSentence = (task: PromptedTask): boolean => task === 'caption' || task === 'alt-text';

/** "a cat on a chair" -> "A cat on a chair." */
export function asSentence(text: string): string {
  const trimmed = text.trim();
  if (trimmed === '') return '';
  const start = trimmed.charAt(0).toLocaleUpperCase('en') + trimmed.slice(1);
  return /[.!?…]["”]?$/u.test(start) ? start : `${start}.`;
}
