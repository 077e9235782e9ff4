/**
 * Alt text that a machine wrote says so first, so that a listener can skip it (DESIGN §5), and stays short enough to be
 * listened to.
 */
export const MACHINE_MADE = 'Machine-made description:';
export const ALT_TEXT_CHARACTERS = 250;

/** What is labelled already stays as it is. */
export function altText(description: string): string {
  const words = description.trim();
  const text = words.startsWith(MACHINE_MADE) ? words : `${MACHINE_MADE} ${words}`;
  if (text.length <= ALT_TEXT_CHARACTERS) return text;
  const cut = text.slice(0, ALT_TEXT_CHARACTERS - 1);
  // Between words, or in a very long one, but never inside one character.
  return `${cut.replace(/\s+\S{0,40}$/, '').replace(/[\ud800-\udbff]$/, '')}…`;
}
