/** What clients asked of the API, for tests to read: how many requests, how they ended, and how many were over a limit. */
export interface LedgerEntry {
  readonly method: string;
  readonly path: string;
  readonly status: number;
  /** A fault on demand, not the client's doing. */
  readonly injected: boolean;
}

export interface Ledger {
  /** The last requests, oldest first. */
  readonly entries: LedgerEntry[];
  readonly requests: number;
  /** Requests sent though the client had been told that the limit was reached: a good bot has 0. */
  readonly overLimit: number;
  /** Over a limit after a lost reply: nothing the client could have known. */
  readonly overLimitUnknowing: number;
  /** 401, 403 and 429 (but not of scope `shared`): 10,000 in 10 minutes are a ban. Faults on demand, and what the client could not know, are left out. */
  readonly invalid: number;
  record(entry: LedgerEntry): void;
  recordOver(knowing: boolean): void;
  /** Invalid requests of the last 10 minutes, injected ones too, as Cloudflare counts them. */
  invalidLately(): number;
  recordInvalid(avoidable: boolean): void;
}

const MAX_ENTRIES = 20_000;
const BAN_WINDOW_MS = 10 * 60_000;

export function createLedger(nowMs: () => number): Ledger {
  const entries: LedgerEntry[] = [];
  const counts = { requests: 0, overLimit: 0, overLimitUnknowing: 0, invalid: 0 };
  let invalidAtMs: number[] = [];
  return {
    entries,
    get requests() {
      return counts.requests;
    },
    get overLimit() {
      return counts.overLimit;
    },
    get overLimitUnknowing() {
      return counts.overLimitUnknowing;
    },
    get invalid() {
      return counts.invalid;
    },
    record(entry) {
      counts.requests += 1;
      entries.push(entry);
      if (entries.length > MAX_ENTRIES) entries.shift();
    },
    recordOver(knowing) {
      if (knowing) counts.overLimit += 1;
      else counts.overLimitUnknowing += 1;
    },
    recordInvalid(avoidable) {
      if (avoidable) counts.invalid += 1;
      invalidAtMs.push(nowMs());
    },
    invalidLately() {
      invalidAtMs = invalidAtMs.filter((atMs) => atMs > nowMs() - BAN_WINDOW_MS);
      return invalidAtMs.length;
    },
  };
}
