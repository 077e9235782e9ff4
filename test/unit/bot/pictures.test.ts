/** Which pictures a message holds, and what else it holds that is none. */
import { describe, expect, it } from 'vitest';
import { Message } from '../../../bot/discord/message.ts';
import { picturesOf } from '../../../bot/pictures/find.ts';
import { rendition } from '../../../bot/pictures/rendition.ts';
import { chosen } from '../../../bot/plan.ts';

const PLACES = {
  discordCdn: ['https://cdn.example', 'https://media.example'],
  imageOrigins: ['https://pictures.example'],
};
const message = (parts: object) =>
  Message.parse({ id: '7', channel_id: '8', author: { id: '9', username: 'ada' }, ...parts });
const file = (id: string, filename: string, content_type?: string) => ({
  id,
  filename,
  size: 10,
  url: `https://cdn.example/${filename}`,
  ...(content_type ? { content_type } : {}),
});
const found = (parts: object) => {
  const { pictures, skipped } = picturesOf(message(parts), PLACES);
  return {
    pictures: pictures.map((ref) => (ref.kind === 'discord' ? ref.attachmentId : ref.kind === 'link' ? ref.url : '')),
    skipped: skipped.map(({ reason, name }) => `${reason} ${name}`),
  };
};

describe('picturesOf', () => {
  it('goes by the type of a file, and by its name where it has none', () => {
    const attachments = [
      file('1', 'a.png', 'image/png'),
      file('2', 'b.JPG'),
      file('3', 'c.mp4', 'video/mp4'),
      file('4', 'd.ogg', 'audio/ogg'),
      file('5', 'e.txt', 'text/plain; charset=utf-8'),
      file('6', 'f.bin', 'application/octet-stream'),
      file('7', 'g.webp', 'application/octet-stream'),
    ];
    expect(found({ attachments })).toEqual({
      pictures: ['1', '2', '7'],
      skipped: ['video c.mp4', 'audio d.ogg', 'file e.txt', 'file f.bin'],
    });
  });

  it('takes the copies that Discord keeps of embeds’ pictures', () => {
    const embeds = [
      {
        type: 'image',
        url: 'https://a.example/x.png',
        thumbnail: { url: 'https://a.example/x.png', proxy_url: 'https://media.example/x' },
      },
      { type: 'rich', image: { url: 'https://b.example/y.png', proxy_url: 'https://media.example/y' } },
      { type: 'article', url: 'https://c.example' },
    ];
    expect(found({ embeds, content: 'https://a.example/x.png' })).toEqual({
      pictures: ['embed:7:0', 'embed:7:1'],
      skipped: [],
    });
  });

  it('takes stickers but Lottie, and GIF stickers from the media proxy', () => {
    const sticker_items = [
      { id: '1', name: 'wave', format_type: 1 },
      { id: '2', name: 'spin', format_type: 2 },
      { id: '3', name: 'dance', format_type: 3 },
      { id: '4', name: 'jump', format_type: 4 },
    ];
    expect(found({ sticker_items })).toEqual({
      pictures: ['sticker:1', 'sticker:2', 'sticker:4'],
      skipped: ['lottie dance'],
    });
    const [, , gif] = picturesOf(message({ sticker_items }), PLACES).pictures;
    expect(gif).toMatchObject({ url: 'https://media.example/stickers/4.gif' });
  });

  it('takes emoji only where there is nothing else, each once', () => {
    const content = 'hi <:boat:5> <a:fire:6> <:boat:5>';
    expect(found({ content }).pictures).toEqual(['emoji:5', 'emoji:6']);
    expect(found({ content, attachments: [file('1', 'a.png', 'image/png')] }).pictures).toEqual(['1']);
  });

  it('takes links to listed places, and names others that end as pictures do', () => {
    const content =
      'see https://pictures.example/cat, (https://elsewhere.example/dog.png) and https://elsewhere.example/page';
    expect(found({ content })).toEqual({
      pictures: ['https://pictures.example/cat'],
      skipped: ['link elsewhere.example'],
    });
  });

  it('looks into forwarded messages', () => {
    const message_snapshots = [{ message: { content: '', attachments: [file('1', 'a.png', 'image/png')] } }];
    expect(found({ message_snapshots }).pictures).toEqual(['1']);
  });

  it('is not kept from the rest by a part that it cannot read', () => {
    const attachments = [{ id: 5 }, file('1', 'a.png', 'image/png')];

    expect(found({ attachments, sticker_items: [{}] }).pictures).toEqual(['1']);
  });
});

describe('rendition', () => {
  const large = {
    ...file('1', 'a.jpg', 'image/jpeg'),
    proxy_url: 'https://media.example/a.jpg?ex=1',
    width: 4_000,
    height: 3_000,
  };
  it('is a copy of at most 1,024 pixels, its signature kept', () => {
    expect(rendition(large)).toBe('https://media.example/a.jpg?ex=1&width=1024&height=768');
  });
  it('is not asked for where it would gain nothing, or stand still', () => {
    expect(rendition({ ...large, width: 800, height: 600 })).toBeUndefined();
    expect(rendition({ ...large, content_type: 'image/gif' })).toBeUndefined();
    expect(rendition({ ...large, proxy_url: undefined })).toBeUndefined();
  });
});

describe('chosen', () => {
  const link = (name: string) => ({ kind: 'link', url: `https://a.example/${name}` }) as const;
  it('takes the first few and counts the rest', () => {
    const { pictures, skipped } = chosen({ pictures: ['1', '2', '3'].map(link), skipped: [] }, 2);
    expect(pictures).toHaveLength(2);
    expect(skipped).toEqual([{ reason: 'too_many', name: '' }]);
  });
  it.each([
    ['no_image', []],
    ['not_an_image', [{ reason: 'file', name: 'a.txt' }]],
    ['image_address_refused', [{ reason: 'link', name: 'a.example' }]],
  ] as const)('refuses with %s', (code, skipped) => {
    expect(() => chosen({ pictures: [], skipped })).toThrow(expect.objectContaining({ code }));
  });
});
