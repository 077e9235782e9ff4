// @ts-check
/** Follows one ask to its end. The browser opens a broken stream again by itself; a refused one is tried again here. */

/** @import { Answer, Progress } from '../../src/core/answer.ts' */

const TRY_AGAIN_MS = 2_000;

/**
 * @typedef {object} Told
 * @property {(progress: Progress) => void} progress
 * @property {(code: string | null) => void} notice why it takes long: `no_worker`, `redis_unavailable`, `unreachable`
 * @property {(outcome: Outcome) => void} outcome nothing comes after it
 */

/** @typedef {{ok: true, answer: Answer} | {ok: false, error: {code: string, message: string, retry: boolean}}} Outcome */

/**
 * @param {string} id
 * @param {Told} told
 * @returns {() => void} stops following
 */
export function followAsk(id, told) {
  /** @type {EventSource} */
  let source;
  let over = false;
  let broken = false;

  const stop = () => {
    over = true;
    source.close();
  };
  const open = () => {
    if (over) return;
    source = new EventSource(`/api/asks/${id}/events`);
    source.addEventListener('open', () => {
      if (broken) told.notice(null);
      broken = false;
    });
    source.addEventListener('progress', ({ data }) => told.progress(JSON.parse(data)));
    source.addEventListener('notice', ({ data }) => told.notice(JSON.parse(data).error?.code ?? null));
    source.addEventListener('outcome', ({ data }) => {
      stop();
      told.outcome(JSON.parse(data));
    });
    source.addEventListener('error', () => {
      if (over) return;
      broken = true;
      told.notice('unreachable');
      if (source.readyState === EventSource.CLOSED) setTimeout(open, TRY_AGAIN_MS);
    });
  };
  open();
  return stop;
}
