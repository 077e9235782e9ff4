/** Once a minute, one line in the log: what was posted and how it ended, how free the event loop was, memory. */
import type { AnswerOutcome } from '#core/answer.ts';
import { watchEventLoop } from '#ops/event-loop.ts';
import type { Logger } from '#ops/logger.ts';

const EVERY_MS = 60_000;

export interface MinuteReport {
  readonly posted: (outcome: AnswerOutcome) => void;
  close(): void;
}

export function startReport(log: Pick<Logger, 'info'>): MinuteReport {
  const eventLoop = watchEventLoop();
  let outcomes: Record<string, number> = {};

  const write = () => {
    const eventLoopDelay = eventLoop.read();
    if (Object.keys(outcomes).length > 0) {
      const residentMb = Math.round(process.memoryUsage.rss() / 1e6);
      log.info({ outcomes, eventLoopDelay, residentMb }, 'the last minute');
    }
    outcomes = {};
  };
  const timer = setInterval(write, EVERY_MS);

  return {
    posted(outcome) {
      const label = outcome.ok ? 'ok' : outcome.code;
      outcomes[label] = (outcomes[label] ?? 0) + 1;
    },
    close() {
      clearInterval(timer);
      write();
      eventLoop.close();
    },
  };
}
