/**
 * The pictures a person names on the command line, read and opened a few at a time. One that fails does not keep the others
 * from being answered.
 */
import { addAbortSignal } from 'node:stream';
import { SightlineError } from '#core/errors.ts';
import type { Picture } from '#images/picture.ts';
import { UsageError } from '../exit.ts';
import type { Terminal } from '../terminal.ts';

export interface NamedPicture {
  readonly name: string;
  readonly sha256: string;
  readonly picture: Picture;
}

export type ReadPicture = { readonly name: string } & (NamedPicture | { readonly error: SightlineError });

/** @throws UsageError for a web address, and when standard input is named twice or is a terminal */
export function checkSources(sources: readonly string[], terminal: Terminal): void {
  const address = sources.find(isWebAddress);
  if (address !== undefined) {
    throw new UsageError(
      `Web addresses are not fetched. Pipe the picture in: curl -s '${address}' | sightline ask - "what is this?"`,
    );
  }
  const piped = sources.filter((source) => source === '-').length;
  if (piped > 1) throw new UsageError('Standard input ("-") holds one picture and can be named once.');
  if (piped === 1 && terminal.stdin.isTTY) {
    throw new UsageError(
      '"-" reads a picture from standard input: pipe one into it, as in "sightline caption - < cat.jpg".',
    );
  }
}

export const isWebAddress = (source: string): boolean => /^https?:\/\//i.test(source);

/** @param signal ends waiting for standard input */
export async function readPictures(
  sources: readonly string[],
  terminal: Terminal,
  signal?: AbortSignal,
): Promise<readonly ReadPicture[]> {
  const read: ReadPicture[] = [];
  for (const source of sources) read.push(await readPicture(source, terminal, signal));
  return read;
}

async function readPicture(source: string, { stdin }: Terminal, signal?: AbortSignal): Promise<ReadPicture> {
  const [{ bytesFrom, nameOfSource }, { openPicture }, { sha256Of }] = await Promise.all([
    import('#images/source.ts'),
    import('#images/picture.ts'),
    import('#images/sha256.ts'),
  ]);
  const name = nameOfSource(source);
  try {
    const bytes = await bytesFrom(source, signal && source === '-' ? addAbortSignal(signal, stdin) : stdin);
    return { name, sha256: sha256Of(bytes), picture: await openPicture(bytes) };
  } catch (error) {
    if (error instanceof SightlineError) return { name, error };
    if (signal?.aborted) return { name, error: new SightlineError('cancelled') };
    throw error;
  }
}
