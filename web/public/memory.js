// @ts-check
/**
 * What was talked about in this tab, kept in the tab until it is closed, so that a reload does not lose it. Pictures are not:
 * the server has them for an hour after the last question.
 */

/** @import { Answer } from '../../src/core/answer.ts' */
/** @import { Task } from '../../src/core/task.ts' */
/** @import { StoredPicture } from '../parts.ts' */

/** With the version of what lies under it: of another one nothing is read. */
const KEY = 'sightline-1';
/** Browsers keep 5 MB per tab; an answer with its heat maps has some 10 KB. */
const POSTS = 12;
const EXCHANGES = 20;

/** @typedef {{task: Task, question: string, label: string, id?: string, answer?: Answer}} PastExchange */
/** @typedef {{picture?: StoredPicture, name: string, alt?: string, questions: string[], exchanges: PastExchange[]}} PastPost */

/** @type {PastPost[]} */
const posts = load();

/** @returns {PastPost[]} */
function load() {
  try {
    return JSON.parse(sessionStorage.getItem(KEY) ?? '[]');
  } catch {
    return [];
  }
}

export const pastPosts = () => [...posts];

/** @param {PastPost} post */
export function remember(post) {
  if (!posts.includes(post)) posts.push(post);
}

/** @param {PastPost} post */
export function forget(post) {
  const at = posts.indexOf(post);
  // It may never have got as far as to be remembered.
  if (at >= 0) posts.splice(at, 1);
  save();
}

/** After every change of a post or its exchanges. What cannot be taken up again, as it never got to the server, is left out. */
export function save() {
  const kept = posts
    .filter((post) => post.picture)
    .slice(-POSTS)
    .map((post) => ({ ...post, exchanges: post.exchanges.filter(({ id, answer }) => id ?? answer).slice(-EXCHANGES) }));
  try {
    sessionStorage.setItem(KEY, JSON.stringify(kept));
  } catch {
    // Full, or forbidden: then a reload begins anew.
  }
}
