import { expect, it } from 'vitest';
import { readHeader } from '#images/decoder.ts';
import { quadrants } from '#test/pictures.ts';

it('has no loader for anything but the five kinds, whatever a file pretends to be', async () => {
  for (const kind of ['jpeg', 'png', 'webp', 'gif', 'avif'] as const) {
    expect(await readHeader(await quadrants().toFormat(kind).toBuffer())).toHaveProperty('width');
  }
  const svg = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>');
  for (const bytes of [svg, await quadrants().tiff().toBuffer()]) {
    await expect(readHeader(bytes)).rejects.toThrow(/unsupported image format/);
  }
});
