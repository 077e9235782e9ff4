/** Asks and answers as the queue carries them, and a log that keeps quiet. */
import { randomUUID } from 'node:crypto';
import type { Answer } from '#core/answer.ts';
import type { AskRequest } from '#core/ask.ts';

export const anAsk = (changes: Partial<AskRequest> = {}): AskRequest => ({
  id: randomUUID(),
  surface: 'web',
  task: 'vqa',
  question: 'What is this?',
  image: { kind: 'upload', sha256: 'a'.repeat(64) },
  conversation: [],
  replyTo: 'here',
  locale: 'en',
  askedAt: Date.now(),
  deadlineAt: Date.now() + 60_000,
  ...changes,
});

export const anAnswer = (requestId: string, text = 'a cat'): Answer => ({
  requestId,
  text,
  confidence: 0.9,
  certainty: 'sure',
  sure: true,
  alternatives: [],
  evidence: { rows: 1, columns: 1, words: [{ word: text, heat: [255] }] },
  modelId: 'fake',
  cache: 'none',
  timings: { queued: 0, preprocess: 0, batched: 0, encode: 0, decode: 0, total: 0 },
});

export const quietLog = { info() {}, warn() {}, error() {} };
