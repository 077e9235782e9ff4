// @ts-check
/** The room's HTTP interface. Everything that fails throws a `RoomError` with a sentence for the person. */

/** @import { Task } from '../../src/core/task.ts' */
/** @import { Turn } from '../../src/core/ask.ts' */
/** @import { StoredPicture } from '../parts.ts' */
/** @import { ModelFacts } from '../../src/core/model-facts.ts' */
/** @import { Pulse } from '../pulse.ts' */

const UNREACHABLE = 'The room does not answer. Check that it still runs, then try again.';

export class RoomError extends Error {
  /** @param {{code: string, message: string, retry: boolean}} told */
  constructor({ code, message, retry }) {
    super(message);
    this.code = code;
    this.retry = retry;
  }
}

/**
 * @param {string} path
 * @param {RequestInit} [init]
 * @returns {Promise<any>} the JSON body, undefined when there is none
 */
async function call(path, init) {
  const response = await fetch(path, init).catch(() => {
    throw new RoomError({ code: 'unreachable', message: UNREACHABLE, retry: true });
  });
  const body = await response.json().catch(() => undefined);
  if (response.ok) return body;
  throw new RoomError(body?.error ?? { code: 'unreachable', message: UNREACHABLE, retry: true });
}

/** @type {Promise<unknown>} */
let lastUpload = Promise.resolve();

/**
 * One after the other: a dozen pictures dropped at once would take all of a browser's connections.
 * @returns {Promise<StoredPicture>}
 */
export function uploadPicture(/** @type {Blob} */ picture) {
  const send = () =>
    call('/api/images', { method: 'POST', body: picture, headers: { 'content-type': 'application/octet-stream' } });
  const upload = lastUpload.then(send, send);
  lastUpload = upload;
  return upload;
}

/**
 * @param {{sha256: string, task: Task, question: string, conversation: Turn[]}} ask
 * @returns {Promise<{id: string}>}
 */
export const sendAsk = (ask) =>
  call('/api/asks', {
    method: 'POST',
    body: JSON.stringify(ask),
    headers: { 'content-type': 'application/json' },
  });

/** @returns {Promise<void>} */
export const cancelAsk = (/** @type {string} */ id) => call(`/api/asks/${id}`, { method: 'DELETE' });

/** @returns {Promise<ModelFacts>} */
export const modelFacts = () => call('/api/model');

/** @returns {Promise<{file: string, alt: string, questions: string[]}[]>} */
export const samples = () => call('/samples/samples.json');

/** @returns {Promise<Pulse | undefined>} undefined when the room itself does not answer */
export const readiness = () =>
  fetch('/readyz').then(
    (response) => response.json(),
    () => undefined,
  );
