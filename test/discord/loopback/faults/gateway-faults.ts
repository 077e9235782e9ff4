/** What may go wrong at the gateway, on demand or by seeded chance; each fault that happened is counted. */
import { createRandom, pick } from './random.ts';

/** Of one event: heard twice, after the next one, or the line is cut right after it. */
export type DispatchFault = 'duplicate' | 'reorder' | 'drop';

export interface GatewayFaults {
  readonly happened: Record<DispatchFault | 'refused-resume' | 'muted-ack', number>;
  /** The next `times` events called `event` suffer `fault`. */
  next(fault: DispatchFault, event: string, times?: number): void;
  /** From now on, each event suffers by chance. */
  byChance(seed: number, chances: Partial<Record<DispatchFault, number>>): void;
  /** Heartbeats go unanswered until called with false: a zombie connection. */
  muteAcks(muted: boolean): void;
  /** The next `times` resumes get op 9 (false): the client must identify anew. */
  refuseResumes(times: number): void;
  calm(): void;
  decide(event: string): DispatchFault | null;
  mutesAcks(): boolean;
  refusesResume(): boolean;
}

export function createGatewayFaults(): GatewayFaults {
  const happened = { duplicate: 0, reorder: 0, drop: 0, 'refused-resume': 0, 'muted-ack': 0 };
  let planned: { fault: DispatchFault; event: string }[] = [];
  let chance: (() => DispatchFault | null) | null = null;
  let muted = false;
  let refusals = 0;
  return {
    happened,
    next(fault, event, times = 1) {
      for (let time = 0; time < times; time += 1) planned.push({ fault, event });
    },
    byChance(seed, chances) {
      const random = createRandom(seed);
      chance = () => pick(random, chances);
    },
    muteAcks(on) {
      muted = on;
    },
    refuseResumes(times) {
      refusals = times;
    },
    calm() {
      planned = [];
      chance = null;
      muted = false;
      refusals = 0;
    },
    decide(event) {
      const index = planned.findIndex((plan) => plan.event === event);
      const fault = index >= 0 ? (planned.splice(index, 1)[0]?.fault ?? null) : (chance?.() ?? null);
      if (fault) happened[fault] += 1;
      return fault;
    },
    mutesAcks() {
      if (muted) happened['muted-ack'] += 1;
      return muted;
    },
    refusesResume() {
      if (refusals <= 0) return false;
      refusals -= 1;
      happened['refused-resume'] += 1;
      return true;
    },
  };
}
