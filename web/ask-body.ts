/**
 * What the page sends to ask, as an `AskRequest` that has no id yet.
 * @throws SightlineError `no_image`, `no_question`, `question_too_long`, `bad_request`
 */
import { z } from 'zod';
import { type AskRequest, Sha256, Turn } from '#core/ask.ts';
import { SightlineError } from '#core/errors.ts';
import { LIMITS } from '#core/limits.ts';
import { checkedQuestion } from '#core/question.ts';
import { PromptedTask } from '#core/task.ts';

export const AskBody = z.object({
  sha256: Sha256,
  task: PromptedTask.default('vqa'),
  question: z.string().default(''),
  conversation: z.array(Turn).default([]),
});

/** The first tag of "de-CH,de;q=0.9", as far as it looks like one. */
const localeOf = (acceptLanguage = ''): string => /^[A-Za-z-]{2,20}/.exec(acceptLanguage)?.[0] ?? 'en';

export function parseAskBody(body: unknown, acceptLanguage: string | undefined, now: number): Omit<AskRequest, 'id'> {
  if (typeof body === 'object' && body !== null && !('sha256' in body)) throw new SightlineError('no_image');
  const parsed = AskBody.safeParse(body);
  if (!parsed.success) {
    const detail = parsed.error.issues.map(({ path, message }) => `${path.join('.') || 'body'}: ${message}`).join('; ');
    throw new SightlineError('bad_request', { detail });
  }
  const { sha256, task, question, conversation } = parsed.data;
  return {
    surface: 'web',
    task,
    question: checkedQuestion(task, question),
    image: { kind: 'upload', sha256 },
    // The page keeps the whole thread; it travels along for models that hold a conversation; the bundled one takes each question alone.
    conversation: conversation.slice(-LIMITS.conversationTurns),
    replyTo: '',
    locale: localeOf(acceptLanguage),
    askedAt: now,
    deadlineAt: now + LIMITS.askDeadlineMs,
  };
}
