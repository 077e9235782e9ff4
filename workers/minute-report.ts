/** Once a minute, one line in the log: what ended and how, batch sizes, how free the event loop was, memory. */
import type { AnswerOutcome } from '#core/answer.ts';
import type { AskRequest } from '#core/ask.ts';
import { watchEventLoop } from '#ops/event-loop.ts';
import type { Logger } from '#ops/logger.ts';

const EVERY_MS = 60_000;

export interface MinuteReport {
  readonly batch: (size: number) => void;
  readonly outcome: (ask: AskRequest, outcome: AnswerOutcome) => void;
  close(): void;
}

export function startReport(log: Logger): MinuteReport {
  const eventLoop = watchEventLoop();
  let outcomes: Record<string, number> = {};
  let batches = 0;
  let entries = 0;
  let totalMs = 0;

  const write = () => {
    const eventLoopDelay = eventLoop.read();
    const ended = Object.values(outcomes).reduce((sum, count) => sum + count, 0);
    if (ended > 0) {
      const answered = outcomes.ok ?? 0;
      log.info(
        {
          outcomes,
          meanBatch: batches === 0 ? 0 : Math.round((10 * entries) / batches) / 10,
          meanMs: answered === 0 ? 0 : Math.round(totalMs / answered),
          eventLoopDelay,
          residentMb: Math.round(process.memoryUsage.rss() / 1e6),
        },
        'the last minute',
      );
    }
    outcomes = {};
    batches = entries = totalMs = 0;
  };
  const timer = setInterval(write, EVERY_MS);

  return {
    batch(size) {
      batches += 1;
      entries += size;
    },
    outcome(_, outcome) {
      const label = outcome.ok ? 'ok' : outcome.code;
      outcomes[label] = (outcomes[label] ?? 0) + 1;
      if (outcome.ok) totalMs += outcome.answer.timings.total;
    },
    close() {
      clearInterval(timer);
      write();
      eventLoop.close();
    },
  };
}
