// @ts-check
/** One question and its answer in a post's thread: sent, waited for, streamed, ended; or cancelled, or failed. */
import { announce } from './announce.js';
import { showAnswer, spoken } from './answer-view.js';
import { cancelAsk, RoomError, sendAsk } from './api.js';
import { followAsk } from './ask-stream.js';
import { save } from './memory.js';
import { copyOf, part } from './parts.js';

/** @import { Answer, Progress } from '../../src/core/answer.ts' */
/** @import { Turn } from '../../src/core/ask.ts' */
/** @import { PastExchange } from './memory.js' */

const NOTICES = new Map([
  ['others', 'Sent. Followed as soon as one of your other questions is answered.'],
  ['no_worker', 'Waiting for a worker. Your question is kept and answered as soon as one starts.'],
  ['redis_unavailable', 'The queue does not answer at the moment. Waiting for it to come back.'],
  ['unreachable', 'The connection was lost. Trying again.'],
]);

/** @param {Progress} progress */
const inWords = (progress) => {
  if (progress.stage === 'answering') return 'Answering…';
  if (progress.stage === 'encoding') return 'Looking at the picture…';
  return progress.position === 1 ? 'Next in line…' : `Number ${progress.position} in line…`;
};

/**
 * @typedef {object} ExchangeOptions
 * @property {PastExchange} past what is asked, and what became of it where it was asked before a reload
 * @property {() => Promise<string>} picture its hash, once it is uploaded
 * @property {() => void} pictureGone the next `picture()` must upload it again
 * @property {() => Turn[]} conversation
 * @property {(shown: {answer: Answer, button: HTMLButtonElement, text: HTMLElement}) => void} toggleLook
 * @property {(answer: Answer) => void} answered
 * @property {() => void} focusAway where the focus goes when the button that had it disappears
 */

/**
 * @param {ExchangeOptions} options
 * @returns {HTMLElement} already on its way
 */
export function createExchange(options) {
  const { past } = options;
  const exchange = copyOf('exchange-template');
  const stage = part(exchange, 'stage', HTMLElement);
  const waiting = part(exchange, 'waiting', HTMLElement);
  const text = part(exchange, 'answer', HTMLElement);
  const trouble = part(exchange, 'trouble', HTMLElement);
  const again = part(exchange, 'again', HTMLButtonElement);
  const cancel = part(exchange, 'cancel', HTMLButtonElement);
  part(exchange, 'question', HTMLElement).textContent = past.label;

  let attempt = new AbortController();

  /** @param {boolean} is */
  const setWaiting = (is) => {
    if (!is && waiting.contains(document.activeElement)) options.focusAway();
    waiting.hidden = !is;
    exchange.setAttribute('aria-busy', String(is));
  };

  /** @param {RoomError} error */
  const fail = (error) => {
    setWaiting(false);
    text.hidden = true;
    part(trouble, 'trouble-words', HTMLElement).textContent = error.message;
    trouble.dataset.code = error.code;
    again.hidden = !error.retry;
    trouble.hidden = false;
    announce(error.message);
  };

  /** @param {Answer} answer */
  const show = (answer) => {
    setWaiting(false);
    showAnswer(exchange, answer, { task: past.task, toggleLook: options.toggleLook });
    options.answered(answer);
  };

  /** @param {import('./ask-stream.js').Outcome} outcome */
  const end = (outcome) => {
    delete past.id;
    if (outcome.ok) {
      past.answer = outcome.answer;
      save();
      show(outcome.answer);
      announce(`${past.label}: ${spoken(outcome.answer)}`);
      return;
    }
    save();
    // The page still has the picture: what the server no longer keeps can be sent again.
    if (outcome.error.code === 'image_gone') {
      options.pictureGone();
      fail(new RoomError({ ...outcome.error, message: 'That picture is no longer kept there.', retry: true }));
    } else fail(new RoomError(outcome.error));
  };

  const wait = () => {
    attempt = new AbortController();
    trouble.hidden = true;
    stage.textContent = 'Sending…';
    cancel.disabled = false;
    setWaiting(true);
    return attempt.signal;
  };

  const start = async () => {
    const signal = wait();
    try {
      const sha256 = await options.picture();
      if (signal.aborted) return;
      const { task, question } = past;
      const { id } = await sendAsk({ sha256, task, question, conversation: options.conversation() });
      if (signal.aborted) return void cancelAsk(id).catch(() => undefined);
      past.id = id;
      save();
      follow(id, signal);
    } catch (error) {
      if (!signal.aborted) fail(/** @type {RoomError} */ (error));
    }
  };

  /**
   * @param {string} id
   * @param {AbortSignal} signal
   */
  const follow = (id, signal) => {
    let progressWords = 'Sent…';
    /** @type {string | undefined} */
    let noticeWords;
    const tell = () => {
      stage.textContent = noticeWords ?? progressWords;
    };
    tell();
    const stop = followAsk(id, past.task, {
      progress(progress) {
        progressWords = inWords(progress);
        tell();
        if (progress.stage !== 'answering') return;
        text.textContent = progress.text;
        text.hidden = progress.text === '';
      },
      notice(code) {
        noticeWords = NOTICES.get(code ?? '');
        tell();
        if (noticeWords && code !== 'others') announce(noticeWords);
      },
      outcome: end,
    });
    signal.addEventListener('abort', () => {
      stop();
      cancelAsk(id).catch(() => undefined);
    });
  };

  cancel.addEventListener('click', () => {
    attempt.abort();
    delete past.id;
    save();
    fail(new RoomError({ code: 'cancelled', message: 'Cancelled.', retry: true }));
  });
  again.addEventListener('click', () => {
    options.focusAway();
    void start();
  });
  if (past.answer) show(past.answer);
  else if (past.id) follow(past.id, wait());
  else void start();
  return exchange;
}
