/**
 * Alt text that a machine wrote says so first, so that a listener can skip it (DESIGN §5), and stays short enough to be
 * listened to.
 */
export const MACHINE_MADE = 'Machine-made description:';
export const ALT_TEXT_CHARACTERS = 250;
/** For those who ask for more: what Discord takes as the description of a picture. */
export const LONG_ALT_TEXT_CHARACTERS = 1_024;

/** What is labelled already stays as it is. */
export function altText(description: string, most: number = ALT_TEXT_CHARACTERS): string {
  const words = description.trim();
  const text = words.startsWith(MACHINE_MADE) ? words : `${MACHINE_MADE} ${words}`;
  if (text.length <= most) return text;
  const cut = text.slice(0, most - 1);
  // Between words, or in a very long one, but never inside one character.
  return `${cut.replace(/\s+\S{0,40}$/, '').replace(/[\ud800-\udbff]$/, '')}…`;
}
