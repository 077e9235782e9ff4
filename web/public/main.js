// @ts-check
/** The page, put together: pictures come in, each becomes a post of the feed. */
import { showColophon } from './colophon.js';
import { openGallery } from './gallery.js';
import { openIntake } from './intake.js';
import { pastPosts } from './memory.js';
import { byId } from './parts.js';
import { createPost } from './post.js';
import { watchStatus } from './status.js';

const feed = byId('feed', HTMLElement);
const calm = matchMedia('(prefers-reduced-motion: reduce)');

/** @param {import('./post.js').PostOptions} options */
function append(options) {
  const post = createPost(options);
  feed.append(post.element);
  document.body.classList.add('in-talk');
  byId('intake-title', HTMLElement).textContent = 'Add another picture';
  byId('samples', HTMLDetailsElement).open = false;
  return post;
}

const chooseOther = () => intake.choose();

/** @param {{picture: Blob, name: string, alt?: string, questions?: string[]}} added */
function add({ picture, name, alt, questions = [] }) {
  const past = { name, ...(alt === undefined ? {} : { alt }), questions, exchanges: [] };
  const post = append({ picture, past, chooseOther });
  post.element.scrollIntoView({ block: 'start', behavior: calm.matches ? 'auto' : 'smooth' });
  post.focus();
}

const intake = openIntake((files) => {
  for (const file of files) add({ picture: file, name: file.name });
});
for (const past of pastPosts()) append({ past, chooseOther });
void openGallery(add);
void showColophon();
watchStatus();
