/** One ask followed to its end, for a program that waits on the line: the text so far, then exactly one outcome. */
import type { Progress } from '#core/answer.ts';
import { type ToldOutcome, tellAsk } from '../ask-stream.ts';
import type { RoomParts } from '../parts.ts';

export interface Following {
  readonly outcome: Promise<ToldOutcome>;
  /** Nobody listens any more; the outcome never comes. */
  stop(): void;
}

export function followAsk(
  parts: RoomParts,
  ask: { readonly id: string; readonly giveUpAt: number },
  onText: (text: string) => void,
): Following {
  const outcome = Promise.withResolvers<ToldOutcome>();
  const stop = tellAsk(parts, ask, {
    send(event, data) {
      const progress = data as Progress;
      if (event === 'progress' && progress.stage === 'answering') onText(progress.text);
    },
    finish: (_event, data) => outcome.resolve(data as ToldOutcome),
    end: () => {},
  });
  return { outcome: outcome.promise, stop };
}
