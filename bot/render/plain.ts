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

/** For running text. At most `most` characters of it, markup not counted. */
export function plain(text: string, most: number, options: { readonly lines?: boolean } = {}): string {
  return dead(cut(tamed(text, options), most))
    .replace(MARKUP, '\\$&')
    .replace(LINE_START, '$1\\$2');
}

/** For a block that is copied from: verbatim, but for addresses that would be live elsewhere. */
export function block(text: string, most: number): string {
  const inside = dead(cut(tamed(text, { lines: true }), most)).replace(/`/g, `\`${ZERO_WIDTH}`);
  return `\`\`\`\n${inside}\n\`\`\``;
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
