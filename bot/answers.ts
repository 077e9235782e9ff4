/**
 * From an answer job to the person, in whichever bot process takes it. Rejects when it could not be posted now: the job is tried
 * again. An answer that says a link has expired is asked once more with fresh links before anyone is told.
 */
import type { AnswerOutcome, Drawing } from '#core/answer.ts';
import { asSightlineError } from '#core/errors.ts';
import type { AnswerJob } from '#queue/jobs.ts';
import { readAddress } from './address.ts';
import { requestOf } from './asking.ts';
import { onDescription } from './auto-alt/answers.ts';
import { mayAttach } from './discord/surroundings.ts';
import type { RememberedAsk } from './memory.ts';
import type { BotParts } from './parts.ts';
import { refreshed } from './pictures/refresh.ts';
import type { OutgoingFile } from './post/outgoing.ts';
import { renderOutcome } from './render/outcome.ts';
import { isAuto, isRefreshed, ownId, refreshedId } from './request-id.ts';

export function createAnswerHandler(parts: BotParts) {
  return async (job: AnswerJob): Promise<void> => {
    const { requestId: jobId, replyTo, outcome } = job;
    if (isAuto(jobId)) return onDescription(parts, job);
    const requestId = ownId(jobId);
    const address = readAddress(replyTo);
    const ask = await parts.memory.ask(requestId);
    if (isExpired(outcome) && ask && !isRefreshed(jobId)) {
      const plan = await refreshed(parts, ask.plan);
      if (plan) {
        await parts.memory.putAsk(requestId, { ...ask, plan });
        return parts.queue.ask(requestOf({ requestId: refreshedId(requestId), plan, address }, parts.now()));
      }
    }
    parts.waiting.end(requestId);
    const { file, withheld } = await fileOf(parts, outcome, ask);
    const message = renderOutcome(outcome, {
      requestId,
      language: address.language,
      askerId: address.askerId,
      ask,
      file,
      withheld,
    });
    // Sent first, as somebody may reply to the answer at once.
    const remembered = ask && outcome.ok ? parts.memory.putAsk(requestId, answeredAsk(ask, outcome)) : undefined;
    await Promise.all([remembered, parts.poster.conclude(requestId, address, message)]);
    await parts.admission.leave({ requestId, userId: address.askerId, guildId: address.guildId });
  };
}

const answeredAsk = (ask: RememberedAsk, { answer }: Extract<AnswerOutcome, { ok: true }>): RememberedAsk => ({
  ...ask,
  answer: answer.text,
  answeredBy: { modelId: answer.modelId, confidence: answer.confidence },
});

const isExpired = (outcome: AnswerOutcome): boolean => {
  if (!outcome.ok) return outcome.code === 'image_link_expired';
  return outcome.pictures?.some((picture) => !picture.ok && picture.code === 'image_link_expired') ?? false;
};

async function fileOf(
  parts: BotParts,
  outcome: AnswerOutcome,
  ask: RememberedAsk | undefined,
): Promise<{ readonly file: OutgoingFile | undefined; readonly withheld: boolean }> {
  const drawing = outcome.ok ? outcome.drawing : undefined;
  if (!drawing) return { file: undefined, withheld: false };
  if (ask && !mayAttach(BigInt(ask.appPermissions))) return { file: undefined, withheld: true };
  try {
    return { file: asFile(drawing, await parts.blobs.get(drawing.sha256)), withheld: false };
  } catch (error) {
    // It was kept for an hour; the words are worth posting without it.
    if (asSightlineError(error).code !== 'image_gone') throw error;
    return { file: undefined, withheld: false };
  }
}

const asFile = ({ description }: Drawing, bytes: Uint8Array): OutgoingFile => ({
  name: 'sightline.png',
  type: 'image/png',
  bytes,
  description,
});
