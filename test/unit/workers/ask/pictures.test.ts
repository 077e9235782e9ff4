import { describe, expect, it } from 'vitest';
import { openPicture } from '#images/picture.ts';
import { BLUE, halfTransparent, noise, plain } from '#test/pictures.ts';
import { discordRef, keptPictures } from '#test/pictures-kept.ts';
import { picturesFrom } from '../../../../workers/ask/pictures.ts';

const { signal } = new AbortController();
const png = await plain(40, 30, BLUE).png().toBuffer();

describe('picturesFrom', () => {
  it('fetches, re-encodes and keeps a picture by its attachment', async () => {
    const jpeg = await noise(80, 60).jpeg().withMetadata({ orientation: 6 }).toBuffer();
    const parts = keptPictures({ 'https://cdn.example/1': jpeg });
    const picture = await picturesFrom(parts)(discordRef('1'), signal);
    const bytes = await picture.bytes();
    expect(await openPicture(bytes)).toMatchObject({ kind: 'png', width: 60, height: 80 });
    expect(bytes).not.toEqual(jpeg);
    expect(await parts.blobs.get(picture.sha256)).toEqual(bytes);
  });

  it('does not fetch a known attachment again, whatever its address is now', async () => {
    const parts = keptPictures({ 'https://cdn.example/1': png });
    const first = await picturesFrom(parts)(discordRef('1'), signal);
    // Another worker, and a link that has expired meanwhile.
    const again = await picturesFrom(parts)({ ...discordRef('1'), url: 'https://cdn.example/expired' }, signal);
    expect(again.sha256).toBe(first.sha256);
    expect(await again.bytes()).toEqual(await first.bytes());
    expect(parts.fetched).toEqual(['https://cdn.example/1']);
  });

  it('must fetch another attachment, and a link, even where the bytes are the same', async () => {
    const parts = keptPictures({
      'https://cdn.example/1': png,
      'https://cdn.example/2': png,
      'https://pictures.example/a': png,
    });
    const open = picturesFrom(parts);
    const link = { kind: 'link', url: 'https://pictures.example/a' } as const;
    for (const image of [discordRef('1'), discordRef('2'), link, link]) await open(image, signal);
    expect(parts.fetched).toHaveLength(4);
    expect([...parts.remembered.keys()]).toEqual(['1', '2']);
  });

  it('must fetch again when the kept picture is gone', async () => {
    const parts = keptPictures({ 'https://cdn.example/1': png });
    const open = picturesFrom(parts);
    const { sha256 } = await open(discordRef('1'), signal);
    const emptied = picturesFrom({ ...keptPictures({ 'https://cdn.example/1': png }), known: parts.known });
    const again = await emptied(discordRef('1'), signal);
    expect(again.sha256).toBe(sha256);
    expect(await openPicture(await again.bytes())).toMatchObject({ width: 40, height: 30 });
  });

  it('fetches once for all who ask at the same time', async () => {
    const parts = keptPictures({ 'https://cdn.example/1': png });
    const open = picturesFrom(parts);
    await Promise.all(Array.from({ length: 20 }, () => open(discordRef('1'), signal)));
    expect(parts.fetched).toHaveLength(1);
  });

  it('tries the smaller copy first, and the original when that is of no use', async () => {
    const small = await halfTransparent(20, 10).png().toBuffer();
    const both = keptPictures({ 'https://media.example/1': small, 'https://cdn.example/1': png });
    const picture = await picturesFrom(both)(discordRef('1', 'https://media.example/1'), signal);
    expect(await openPicture(await picture.bytes())).toMatchObject({ width: 20 });
    expect(both.fetched).toEqual(['https://media.example/1']);
    const broken = keptPictures({ 'https://media.example/1': Buffer.from('sorry'), 'https://cdn.example/1': png });
    await picturesFrom(broken)(discordRef('1', 'https://media.example/1'), signal);
    expect(broken.fetched).toEqual(['https://media.example/1', 'https://cdn.example/1']);
  });

  it('remembers nothing of what failed', async () => {
    const parts = keptPictures({ 'https://cdn.example/1': Buffer.from('no picture') });
    const open = picturesFrom(parts);
    await expect(open(discordRef('1'), signal)).rejects.toMatchObject({ code: 'not_an_image' });
    await expect(open(discordRef('2'), signal)).rejects.toMatchObject({ code: 'image_link_expired' });
    expect(parts.remembered.size).toBe(0);
  });
});
