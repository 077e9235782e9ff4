/** Whether each kind of picture really opens here: a small one is written and read back. */
import { IMAGE_KINDS, type ImageKind } from '#images/sniff.ts';
import { type Check, good, problem } from './check.ts';

const REMEDY = 'Install the packages again, optional ones included: rm -rf node_modules && npm install.';

export async function checkPictures(): Promise<Check> {
  try {
    const [{ default: sharp }, { openPicture }] = await Promise.all([import('sharp'), import('#images/picture.ts')]);
    const opens = async (kind: ImageKind): Promise<boolean> => {
      try {
        const blank = sharp({ create: { width: 16, height: 16, channels: 3, background: 'white' } });
        return (await openPicture(await blank.toFormat(kind).toBuffer())).kind === kind;
      } catch {
        return false;
      }
    };
    const closed: ImageKind[] = [];
    for (const kind of IMAGE_KINDS) if (!(await opens(kind))) closed.push(kind);
    const version = `sharp ${sharp.versions.sharp}`;
    return closed.length === 0
      ? good('pictures', `${version} opens ${IMAGE_KINDS.join(', ')}`)
      : problem('pictures', `${version} does not open ${closed.join(', ')}`, REMEDY);
  } catch (error) {
    return problem('pictures', `sharp does not load (${error instanceof Error ? error.message : error})`, REMEDY);
  }
}
