/** A question, and what was said before it, as the messages of a chat template. The picture comes with the first of them. */
import type { Turn } from '#core/ask.ts';

export interface Message {
  readonly role: 'user' | 'assistant';
  readonly content: readonly ({ readonly type: 'image' } | { readonly type: 'text'; readonly text: string })[];
}

export function messagesOf(turns: readonly Turn[], prompt: string): readonly Message[] {
  const asked = (text: string, first: boolean): Message => ({
    role: 'user',
    content: [...(first ? [{ type: 'image' as const }] : []), { type: 'text', text }],
  });
  return [
    ...turns.flatMap(({ question, answer }, turn): Message[] => [
      asked(question, turn === 0),
      { role: 'assistant', content: [{ type: 'text', text: answer }] },
    ]),
    asked(prompt, turns.length === 0),
  ];
}
