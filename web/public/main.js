// @ts-check
/** The page, put together: pictures come in, each becomes a post of the feed. */
import { showColophon } from './colophon.js';
import { openGallery } from './gallery.js';
import { openIntake } from './intake.js';
import { byId } from './parts.js';
import { createPost } from './post.js';
import { watchStatus } from './status.js';

const feed = byId('feed', HTMLElement);
const calm = matchMedia('(prefers-reduced-motion: reduce)');

/** @param {{picture: Blob, name: string, alt?: string, questions?: string[]}} added */
function add(added) {
  const post = createPost({ ...added, chooseOther: () => intake.choose() });
  feed.append(post.element);
  document.body.classList.add('in-talk');
  byId('intake-title', HTMLElement).textContent = 'Add another picture';
  byId('samples', HTMLDetailsElement).open = false;
  post.element.scrollIntoView({ block: 'start', behavior: calm.matches ? 'auto' : 'smooth' });
  post.focus();
}

const intake = openIntake((files) => {
  for (const file of files) add({ picture: file, name: file.name });
});
void openGallery(add);
void showColophon();
watchStatus();
