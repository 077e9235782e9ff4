/**
 * A question, what was said before it and what a program wants kept to, as the messages of a chat template. The picture comes with the first question.
 * A person's words are words: the tokens by which a model tells speakers and pictures apart are taken out of them.
 */
import type { EngineInput } from '../engine.ts';

export interface Message {
  readonly role: 'system' | 'user' | 'assistant';
  readonly content: readonly ({ readonly type: 'image' } | { readonly type: 'text'; readonly text: string })[];
}

/** @param tokens the special tokens of the model */
export function wordsOnly(tokens: readonly string[]): (text: string) => string {
  const escaped = tokens
    .filter((token) => token.trim() !== '')
    // A longer one may begin with a shorter one.
    .sort((one, other) => other.length - one.length)
    .map((token) => token.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&'));
  if (escaped.length === 0) return (text) => text;
  const special = new RegExp(escaped.join('|'), 'g');
  return (text) => {
    let before = text;
    // Taking one out may put another together.
    for (let after = before.replace(special, ''); after !== before; after = before.replace(special, '')) before = after;
    return before;
  };
}

export function messagesOf(
  { turns = [], prompt, instructions }: Pick<EngineInput, 'turns' | 'prompt' | 'instructions'>,
  words: (text: string) => string,
): readonly Message[] {
  const asked = (text: string, first: boolean): Message => ({
    role: 'user',
    content: [...(first ? [{ type: 'image' as const }] : []), { type: 'text', text: words(text) }],
  });
  const system = (text: string): Message => ({ role: 'system', content: [{ type: 'text', text: words(text) }] });
  return [
    ...(instructions === undefined ? [] : [system(instructions)]),
    ...turns.flatMap(({ question, answer }, turn): Message[] => [
      asked(question, turn === 0),
      { role: 'assistant', content: [{ type: 'text', text: words(answer) }] },
    ]),
    asked(prompt, turns.length === 0),
  ];
}
