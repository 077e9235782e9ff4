// @ts-check
/**
 * Follows one ask to its end. The browser opens a broken stream again by itself; a refused one is tried again here, unless the
 * room does not know the ask any more, and neither goes on for ever.
 * A browser holds six connections to one host, over all its tabs: a page takes two of them for its streams, and the
 * asks beyond are followed when one ends. Their outcomes wait for them.
 */

/** @import { Answer, Progress } from '../../src/core/answer.ts' */
/** @import { Task } from '../../src/core/task.ts' */

const TRY_AGAIN_MS = 2_000;
/** Every ask has ended by then: two minutes for its answer, and some seconds for telling it. */
const GIVE_UP_MS = 130_000;
const STREAMS = 2;

/** @param {string} message */
const lost = (message) => ({
  ok: /** @type {const} */ (false),
  error: { code: 'not_found', message, retry: true },
});
const FORGOTTEN = lost('The room no longer knows this question. Ask it again.');
const UNREACHABLE = lost('The room did not answer for two minutes. Ask again when it is back.');

let streams = 0;
/** @type {(() => void)[]} */
const waiting = [];

const takeStream = (/** @type {() => void} */ open) => {
  if (streams === STREAMS) return void waiting.push(open);
  streams += 1;
  open();
};
const giveStreamBack = () => {
  streams -= 1;
  const next = waiting.shift();
  if (next) takeStream(next);
};

/**
 * @typedef {object} Told
 * @property {(progress: Progress) => void} progress
 * @property {(code: string | null) => void} notice why it takes long: `no_worker`, `redis_unavailable`, `unreachable`, `others`
 * @property {(outcome: Outcome) => void} outcome nothing comes after it
 */

/** @typedef {{ok: true, answer: Answer} | {ok: false, error: {code: string, message: string, retry: boolean}}} Outcome */

/**
 * @param {string} id
 * @param {Task} task
 * @param {Told} told
 * @returns {() => void} stops following
 */
export function followAsk(id, task, told) {
  const address = `/api/asks/${id}/events${task === 'alt-text' ? '?as=alt-text' : ''}`;
  /** @type {EventSource | undefined} */
  let source;
  let over = false;
  /** @type {number | undefined} */
  let brokenAt;

  const stop = () => {
    if (over) return;
    over = true;
    // One that still waits for a stream gives it back when it is its turn.
    if (source) giveStreamBack();
    source?.close();
  };
  const start = () => {
    if (over) return giveStreamBack();
    told.notice(null);
    open();
  };
  const end = (/** @type {Outcome} */ outcome) => {
    if (over) return;
    stop();
    told.outcome(outcome);
  };
  /** Why it was refused, which an EventSource does not tell. */
  const askWhy = async () => {
    const asked = new AbortController();
    const response = await fetch(address, { signal: asked.signal }).catch(() => undefined);
    asked.abort();
    if (response?.status === 404) end(FORGOTTEN);
    else setTimeout(open, TRY_AGAIN_MS);
  };
  const open = () => {
    if (over) return;
    const opened = new EventSource(address);
    source = opened;
    opened.addEventListener('open', () => {
      if (brokenAt !== undefined) told.notice(null);
      brokenAt = undefined;
    });
    opened.addEventListener('progress', ({ data }) => told.progress(JSON.parse(data)));
    opened.addEventListener('notice', ({ data }) => told.notice(JSON.parse(data).error?.code ?? null));
    opened.addEventListener('outcome', ({ data }) => end(JSON.parse(data)));
    opened.addEventListener('error', () => {
      if (over) return;
      brokenAt ??= Date.now();
      if (Date.now() - brokenAt >= GIVE_UP_MS) return end(UNREACHABLE);
      told.notice('unreachable');
      if (opened.readyState === EventSource.CLOSED) void askWhy();
    });
  };
  told.notice('others');
  takeStream(start);
  return stop;
}
