/** Limits of embeds, as documented: 10 of them, 6000 characters together, each part with its own. */
import { type Form, lengthOf } from './form.ts';

export interface EmbedInput {
  title?: string;
  description?: string;
  url?: string;
  color?: number;
  fields?: { name: string; value: string; inline?: boolean }[];
  footer?: { text: string; icon_url?: string };
  author?: { name: string; url?: string; icon_url?: string };
  image?: { url: string };
  thumbnail?: { url: string };
  timestamp?: string;
}

const MAX_TOTAL = 6000;

function checkUrl(form: Form, path: readonly (string | number)[], url: unknown, alsoAttachment: boolean): void {
  if (url === undefined || url === null) return;
  const text = String(url);
  const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(text)?.[1]?.toLowerCase();
  if (scheme === undefined) {
    form.fail(path, 'URL_TYPE_INVALID_URL', 'Not a well formed URL.');
  } else if (scheme !== 'http' && scheme !== 'https' && !(alsoAttachment && scheme === 'attachment')) {
    form.fail(path, 'URL_TYPE_INVALID_SCHEME', `Scheme "${scheme}" must be one of ('http', 'https').`);
  }
  form.text(path, text, 0, 2048);
}

export function checkEmbeds(form: Form, embeds: readonly EmbedInput[] | null | undefined): void {
  form.count(['embeds'], embeds, 0, 10);
  if (!Array.isArray(embeds)) return;
  let total = 0;
  for (const [index, embed] of (embeds as EmbedInput[]).entries()) {
    const at = (...rest: (string | number)[]) => ['embeds', index, ...rest];
    form.text(at('title'), embed.title, 0, 256);
    form.text(at('description'), embed.description, 0, 4096);
    form.number(at('color'), embed.color, 0, 0xffffff);
    checkUrl(form, at('url'), embed.url, false);
    checkUrl(form, at('image', 'url'), embed.image?.url, true);
    checkUrl(form, at('thumbnail', 'url'), embed.thumbnail?.url, true);
    checkUrl(form, at('author', 'icon_url'), embed.author?.icon_url, true);
    checkUrl(form, at('footer', 'icon_url'), embed.footer?.icon_url, true);
    if (embed.footer) form.text(at('footer', 'text'), embed.footer.text, 1, 2048);
    if (embed.author) form.text(at('author', 'name'), embed.author.name, 1, 256);
    form.count(at('fields'), embed.fields, 0, 25);
    for (const [number, field] of (embed.fields ?? []).entries()) {
      form.text(at('fields', number, 'name'), field.name, 1, 256);
      form.text(at('fields', number, 'value'), field.value, 1, 1024);
      total += lengthOf(field.name ?? '') + lengthOf(field.value ?? '');
    }
    for (const part of [embed.title, embed.description, embed.footer?.text, embed.author?.name]) {
      total += lengthOf(part ?? '');
    }
  }
  if (total > MAX_TOTAL) {
    form.fail(['embeds'], 'MAX_EMBED_SIZE_EXCEEDED', `Embed size exceeds maximum size of ${MAX_TOTAL}`);
  }
}

/** An embed with nothing in it is no message. */
export const isEmptyEmbed = (embed: EmbedInput): boolean =>
  Object.entries(embed).every(
    ([key, value]) => ['type', 'color'].includes(key) || value === undefined || value === null,
  );
