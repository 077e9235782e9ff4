/**
 * Text that we did not write (a model's, a person's, a file name) made harmless for a Discord message: no mention, link, invite
 * or markup of it comes alive, it stays on its lines and in reading direction, and it has a bound.
 */

/**
 * Characters that steer: controls, invisible ones, and those that turn the reading direction. Joiners and the sign that makes an
 * emoji colourful belong to what they stand in.
 */
const STEERING =
  /[[\p{Cc}--[\n\t]][\p{Default_Ignorable_Code_Point}--[\u200c\u200d\ufe0f]]\p{Bidi_Control}\u2028\u2029\ufff9-\ufffb]/gv;
/** Marks that pile up on one character. Two are what languages need. */
const PILED_MARKS = /(\p{M}{2})\p{M}+/gu;
/** What Discord's Markdown gives a meaning to, anywhere in a line. */
const MARKUP = /[\\*_~`|<>[\]()#]/g;
/** Lists, headings and small print have theirs at the start of a line. */
const LINE_START = /^(\s*)([-+]|\d+(?=[.)]))/gm;
const ZERO_WIDTH = '\u200b';

/** Without what steers, on one line unless told otherwise. */
export function tamed(text: string, { lines = false }: { readonly lines?: boolean } = {}): string {
  const calm = text
    .toWellFormed()
    .normalize('NFC')
    .replace(/\r\n?/g, '\n')
    .replace(STEERING, '')
    .replace(PILED_MARKS, '$1');
  return lines ? calm.replace(/\n{3,}/g, '\n\n').trim() : calm.replace(/\s+/g, ' ').trim();
}

/** No mention, no address: a zero-width space stands where Discord would begin to see one. */
const dead = (text: string): string =>
  text
    .replace(/@/g, `@${ZERO_WIDTH}`)
    .replace(/:(?=\/\/)/g, `:${ZERO_WIDTH}`)
    .replace(/(?<=[\p{L}\p{N}])\.(?=\p{L}{2,})/gu, `.${ZERO_WIDTH}`);

const escaped = (text: string): string => dead(text).replace(MARKUP, '\\$&').replace(LINE_START, '$1\\$2');

/** For running text, at most `most` characters of a message. */
export const plain = (text: string, most: number, options: { readonly lines?: boolean } = {}): string =>
  fitting(tamed(text, options), most, escaped);

/** For a block that is copied from: verbatim, but for addresses that would be live elsewhere. */
export const block = (text: string, most: number): string =>
  `\`\`\`\n${fitting(tamed(text, { lines: true }), most, (inside) => dead(inside).replace(/`/g, `\`${ZERO_WIDTH}`))}\n\`\`\``;

/** Cut until it fits with all that makes it harmless. */
function fitting(text: string, most: number, harmless: (text: string) => string): string {
  let kept = cut(text, most);
  for (let shown = harmless(kept); ; shown = harmless(kept)) {
    if (shown.length <= most) return shown;
    kept = cut(kept, Math.max(1, Math.floor((kept.length * most) / shown.length) - 1));
  }
}

/** Between characters as people see them, never within one. */
export function cut(text: string, most: number): string {
  if (text.length <= most) return text;
  let kept = '';
  for (const { segment } of SEGMENTS.segment(text.slice(0, 4 * most))) {
    if (kept.length + segment.length > most - 1) break;
    kept += segment;
  }
  return `${kept.trimEnd()}…`;
}
const SEGMENTS = new Intl.Segmenter(undefined, { granularity: 'grapheme' });
