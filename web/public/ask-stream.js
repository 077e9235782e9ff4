// @ts-check
/**
 * Follows one ask to its end. The browser opens a broken stream again by itself; a refused one is tried again here.
 * A browser holds six connections to one host, over all its tabs: a page takes two of them for its streams, and the
 * asks beyond are followed when one ends. Their outcomes wait for them.
 */

/** @import { Answer, Progress } from '../../src/core/answer.ts' */
/** @import { Task } from '../../src/core/task.ts' */

const TRY_AGAIN_MS = 2_000;
const STREAMS = 2;

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
  /** @type {EventSource | undefined} */
  let source;
  let over = false;
  let broken = false;

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
  const open = () => {
    if (over) return;
    const opened = new EventSource(`/api/asks/${id}/events${task === 'alt-text' ? '?as=alt-text' : ''}`);
    source = opened;
    opened.addEventListener('open', () => {
      if (broken) told.notice(null);
      broken = false;
    });
    opened.addEventListener('progress', ({ data }) => told.progress(JSON.parse(data)));
    opened.addEventListener('notice', ({ data }) => told.notice(JSON.parse(data).error?.code ?? null));
    opened.addEventListener('outcome', ({ data }) => {
      stop();
      told.outcome(JSON.parse(data));
    });
    opened.addEventListener('error', () => {
      if (over) return;
      broken = true;
      told.notice('unreachable');
      if (opened.readyState === EventSource.CLOSED) setTimeout(open, TRY_AGAIN_MS);
    });
  };
  told.notice('others');
  takeStream(start);
  return stop;
}
