/**
 * How many asks each client has under way, from being asked to its outcome: what its next one's priority is made of. Counted
 * per process, as are the other limits of a client.
 */
import type { AskRequest } from '#core/ask.ts';
import type { RoomParts } from './parts.ts';

export interface AsksUnderWay {
  of(client: string): number;
  /** Counts the ask until it ends; `end` counts it no more. */
  begin(client: string, ask: Pick<AskRequest, 'id' | 'deadlineAt'>): { end(): void };
  close(): void;
}

export function countAsksUnderWay(outcomes: Pick<RoomParts['outcomes'], 'listen'>): AsksUnderWay {
  const clients = new Map<string, Set<() => void>>();
  return {
    of: (client) => clients.get(client)?.size ?? 0,
    begin(client, { id, deadlineAt }) {
      const asks = clients.get(client) ?? new Set();
      clients.set(client, asks);
      const end = () => {
        clearTimeout(timer);
        stop();
        asks.delete(end);
        if (asks.size === 0 && clients.get(client) === asks) clients.delete(client);
      };
      // Whatever becomes of it, it is over by then.
      const timer = setTimeout(() => end(), Math.max(0, deadlineAt - Date.now()));
      const stop = outcomes.listen(id, () => end());
      asks.add(end);
      return { end };
    },
    close() {
      for (const asks of [...clients.values()]) for (const end of [...asks]) end();
    },
  };
}
