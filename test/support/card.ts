/** A small valid model card for tests, as its JSON; `changes` replace top-level fields. */
import { FAKE_CARD } from '#inference/engine-fake.ts';

const task = (template: string) => ({ template, maxTokens: 8 });

export const cardLike = (changes: Record<string, unknown> = {}): Record<string, unknown> => ({
  ...structuredClone(FAKE_CARD),
  id: 'test-model',
  revision: '0123456789ab',
  tasks: {
    vqa: task('<|ask|>{question}<|answer|>'),
    caption: task('<|caption|>'),
    'alt-text': task('<|alt|>'),
    read: task('<|ask|>what does the sign say<|answer|>'),
  },
  ...changes,
});
