// @ts-check
/** "Try one of these": the sample pictures. Without any the section stays away. */
import { samples } from './api.js';
import { byId, copyOf, part } from './parts.js';

/** @param {(sample: {picture: Blob, name: string, alt: string, questions: string[]}) => void} take */
export async function openGallery(take) {
  const offered = await samples().catch(() => []);
  byId('gallery', HTMLElement).replaceChildren(
    ...offered.map(({ file, alt, questions }) => {
      const item = copyOf('sample-template');
      const image = part(item, 'image', HTMLImageElement);
      image.src = `/samples/${encodeURIComponent(file)}`;
      image.alt = alt;
      part(item, 'button', HTMLButtonElement).addEventListener('click', async () => {
        const response = await fetch(image.src).catch(() => undefined);
        if (response?.ok) take({ picture: await response.blob(), name: file, alt, questions });
      });
      return item;
    }),
  );
  byId('samples', HTMLElement).hidden = offered.length === 0;
}
