// @ts-check
/** One picture in the room: shown at once, uploaded meanwhile, with its thread of questions and a box for the next. */
import { announce } from './announce.js';
import { RoomError, uploadPicture } from './api.js';
import { createExchange } from './exchange.js';
import { createLook } from './look.js';
import { forget, remember, save } from './memory.js';
import { copyOf, part } from './parts.js';

/** @import { Turn } from '../../src/core/ask.ts' */
/** @import { Task } from '../../src/core/task.ts' */
/** @import { StoredPicture } from '../parts.ts' */
/** @import { PastExchange, PastPost } from './memory.js' */

/** The server's own limit: said here before 25 MB have travelled. */
const MAX_BYTES = 25 * 1024 * 1024;

/**
 * With `past` it is one from before a reload: the server has its picture.
 * @typedef {{picture?: Blob, past: PastPost, chooseOther: () => void}} PostOptions
 */

/**
 * @param {PostOptions} options
 * @returns {{element: HTMLElement, focus: () => void}}
 */
export function createPost({ picture, past, chooseOther }) {
  const { name, alt, questions } = past;
  const post = copyOf('post-template');
  const image = part(post, 'image', HTMLImageElement);
  const box = part(post, 'question', HTMLInputElement);
  const complaint = part(post, 'complaint', HTMLElement);
  const trouble = part(post, 'trouble', HTMLElement);
  const composer = part(post, 'composer', HTMLElement);
  const again = part(post, 'again', HTMLButtonElement);
  const look = createLook(post);
  /** @type {Turn[]} */
  const conversation = [];
  /** @type {Promise<StoredPicture> | undefined} */
  let stored = past.picture && Promise.resolve(past.picture);

  image.src = picture ? URL.createObjectURL(picture) : `/api/images/${past.picture?.sha256}`;
  image.alt = alt ?? `The picture you added: ${name}`;
  image.addEventListener('error', async () => {
    post.classList.add('unseen');
    if (picture) return;
    const reply = await fetch(image.src).catch(() => undefined);
    if (reply?.status !== 410) return;
    // Its hour is over: nothing could be asked about it any more.
    forget(past);
    post.remove();
  });
  part(post, 'name', HTMLElement).textContent = name;
  part(post, 'title', HTMLElement).textContent = `Questions about ${name}`;
  box.setAttribute('aria-label', `Ask about ${name}`);

  const upload = async () => {
    if (!picture) {
      const message = 'That picture is no longer kept here. Add it again.';
      throw new RoomError({ code: 'image_gone', message, retry: false });
    }
    if (picture.size > MAX_BYTES) {
      const message = 'That picture is too large (at most 25 MB). Send a smaller file.';
      throw new RoomError({ code: 'image_too_many_bytes', message, retry: false });
    }
    return uploadPicture(picture);
  };
  /** One upload for all who ask; a failed one is forgotten. */
  const keep = () => {
    stored ??= upload().catch((error) => {
      stored = undefined;
      throw error;
    });
    return stored;
  };

  const settle = () => {
    trouble.hidden = true;
    composer.hidden = false;
    keep().then(
      (kept) => {
        const { width, height } = kept;
        past.picture = kept;
        save();
        part(post, 'size', HTMLElement).textContent = `${width} × ${height}`;
      },
      (/** @type {RoomError} */ error) => {
        part(trouble, 'trouble-words', HTMLElement).textContent = error.message;
        trouble.dataset.code = error.code;
        again.hidden = !error.retry;
        trouble.hidden = false;
        composer.hidden = true;
        // A question already on its way tells the same error itself.
        if (post.contains(document.activeElement)) part(post, 'title', HTMLElement).focus();
        announce(error.message);
      },
    );
  };

  /**
   * @param {Task} task
   * @param {string} label
   */
  const ask = (task, label) => {
    const asked = { task, question: task === 'vqa' ? label : '', label };
    past.exchanges.push(asked);
    append(asked).scrollIntoView({ block: 'nearest' });
  };

  /** @param {PastExchange} asked */
  const append = (asked) => {
    const { task, question } = asked;
    const exchange = createExchange({
      past: asked,
      picture: async () => (await keep()).sha256,
      pictureGone: () => {
        stored = undefined;
      },
      // As many turns as the room takes along.
      conversation: () => conversation.slice(-10),
      toggleLook: look.toggle,
      answered: ({ text }) => {
        if (task === 'vqa') conversation.push({ question, answer: text });
        if (task === 'alt-text') image.alt = text;
        if (document.activeElement === box) exchange.scrollIntoView({ block: 'nearest' });
      },
      focusAway: () => box.focus({ preventScroll: true }),
    });
    part(post, 'exchanges', HTMLElement).append(exchange);
    return exchange;
  };

  /** @param {string | undefined} words */
  const complain = (words) => {
    complaint.textContent = words ?? '';
    complaint.hidden = words === undefined;
    box.setAttribute('aria-invalid', String(words !== undefined));
    if (words) announce(words);
  };

  part(post, 'form', HTMLFormElement).addEventListener('submit', (event) => {
    event.preventDefault();
    const question = box.value.trim();
    if (question === '') {
      box.focus();
      return complain('Write a question first, for example “What is this?”');
    }
    complain(undefined);
    box.value = '';
    ask('vqa', question);
  });
  box.addEventListener('input', () => complain(undefined));
  part(post, 'quick', HTMLElement).addEventListener('click', ({ target }) => {
    if (!(target instanceof HTMLButtonElement)) return;
    ask(/** @type {Task} */ (target.dataset.task), target.textContent ?? '');
  });
  again.addEventListener('click', () => {
    settle();
    box.focus();
  });
  part(post, 'other', HTMLButtonElement).addEventListener('click', chooseOther);

  const suggestions = part(post, 'suggestions', HTMLElement);
  suggestions.hidden = questions.length === 0;
  suggestions.append(
    ...questions.map((question) => {
      const chip = document.createElement('button');
      chip.type = 'button';
      chip.className = 'chip';
      chip.textContent = question;
      chip.addEventListener('click', () => ask('vqa', question));
      return chip;
    }),
  );

  for (const asked of past.exchanges) append(asked);
  settle();
  remember(past);
  return { element: post, focus: () => box.focus({ preventScroll: true }) };
}
