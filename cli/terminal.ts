/** What a command may read and write. Standard output carries the result alone; everything said beside it goes to standard error. */
import type { Readable, Writable } from 'node:stream';

export interface Terminal {
  readonly stdin: Readable & { readonly isTTY?: boolean };
  readonly stdout: Writable;
  readonly stderr: Writable & { readonly isTTY?: boolean };
}

export const say = (stream: Writable, text: string): void => {
  stream.write(`${text}\n`);
};

/** One JSON object and nothing else on standard output. */
export const sayJson = (terminal: Terminal, value: unknown): void => say(terminal.stdout, JSON.stringify(value));

/** Text from a model or a file, on one line and without the characters that move a cursor or hide others. */
export const printable = (text: string): string => text.replace(/\s+/gu, ' ').replace(/\p{C}/gu, '');

/** How likely a model finds its answer. Never 0 or 100: it is never that certain of being wrong or right. */
export const likelihood = (confidence: number): string =>
  confidence < 0.01 ? 'under 1 %' : confidence > 0.99 ? 'over 99 %' : percent(confidence);

export const percent = (share: number, digits = 0): string => `${(share * 100).toFixed(digits)} %`;
