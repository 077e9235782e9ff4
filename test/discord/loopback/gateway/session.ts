/** One gateway session: its numbered events, kept so that a resumed connection misses none, and the connection it has now. */
import { randomBytes } from 'node:crypto';
import { GatewayOpcodes } from 'discord-api-types/v10';
import type { Dispatch } from '../world/world.ts';

/** Events kept for a resume; more than this missed, and the session is gone, as at Discord after some minutes. */
const MAX_KEPT = 20_000;

export interface NumberedEvent {
  readonly op: GatewayOpcodes.Dispatch;
  readonly s: number;
  readonly t: string;
  readonly d: object;
}

export interface Session {
  readonly id: string;
  readonly intents: number;
  readonly shard: readonly [id: number, count: number];
  readonly kept: NumberedEvent[];
  sequence: number;
  /** Hands an event to the connection, if there is one. */
  deliver: ((event: NumberedEvent) => void) | null;
  /** Held back by the reordering fault until the next event has gone. */
  held: Dispatch | null;
  /** Set once closed for good (1000, 1001, op 9): a resume gets op 9. */
  ended: boolean;
}

export function createSession(intents: number, shard: readonly [number, number]): Session {
  return {
    id: randomBytes(16).toString('hex'),
    intents,
    shard,
    kept: [],
    sequence: 0,
    deliver: null,
    held: null,
    ended: false,
  };
}

export function push(session: Session, t: string, d: object): void {
  session.sequence += 1;
  const event: NumberedEvent = { op: GatewayOpcodes.Dispatch, s: session.sequence, t, d };
  session.kept.push(event);
  if (session.kept.length > MAX_KEPT) session.kept.shift();
  session.deliver?.(event);
}

/** What a client that saw `sequence` has missed; null when that is no longer known. */
export function missedSince(session: Session, sequence: number): readonly NumberedEvent[] | null {
  const missed = session.kept.filter(({ s }) => s > sequence);
  return sequence <= session.sequence && missed.length === session.sequence - sequence ? missed : null;
}
