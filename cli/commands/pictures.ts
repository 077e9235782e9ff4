/**
 * The pictures a person names on the command line, read and opened before any model is loaded: a wrong path is told at
 * once. One that fails does not keep the others from being answered.
 */
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

/** @throws UsageError when standard input is named twice, or is a terminal */
export function checkSources(sources: readonly string[], terminal: Terminal): void {
  const piped = sources.filter((source) => source === '-').length;
  if (piped > 1) throw new UsageError('Standard input ("-") holds one picture and can be named once.');
  if (piped === 1 && terminal.stdin.isTTY) {
    throw new UsageError(
      '"-" reads a picture from standard input: pipe one into it, as in "sightline caption - < cat.jpg".',
    );
  }
}

export async function readPictures(sources: readonly string[], terminal: Terminal): Promise<readonly ReadPicture[]> {
  const read: ReadPicture[] = [];
  for (const source of sources) read.push(await readPicture(source, terminal));
  return read;
}

async function readPicture(source: string, terminal: Terminal): Promise<ReadPicture> {
  const [{ bytesFrom, nameOfSource }, { openPicture }, { sha256Of }] = await Promise.all([
    import('#images/source.ts'),
    import('#images/picture.ts'),
    import('#images/sha256.ts'),
  ]);
  const name = nameOfSource(source);
  try {
    const bytes = await bytesFrom(source, terminal.stdin);
    return { name, sha256: sha256Of(bytes), picture: await openPicture(bytes) };
  } catch (error) {
    if (error instanceof SightlineError) return { name, error };
    throw error;
  }
}
