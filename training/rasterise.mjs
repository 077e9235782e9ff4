// Draws every icon of nouns.tsv in every style, 96 px unless told otherwise.
// In: nouns.tsv, the @iconify-json packages. Out: OUT/sprites.bin (RGBA, 96x96x4 each) and OUT/sprites.json (noun, style, icon per sprite).
// Usage: node rasterise.mjs OUT [folder with node_modules] [pixels] [style]. Icons that a style lacks are skipped and counted.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';

const STYLES = [
  'twemoji',
  'fluent-emoji',
  'fluent-emoji-flat',
  'emojione',
  'noto',
  'fluent-emoji-high-contrast',
  'emojione-monotone',
  'streamline-emojis',
];

const [out = 'sprites', base = import.meta.dirname, pixelsWanted = '96', only] = process.argv.slice(2);
const SIZE = Number(pixelsWanted);
const modules = join(resolve(base), 'node_modules');
const sharp = createRequire(join(modules, 'x.js'))('sharp');

const nouns = readFileSync(new URL('nouns.tsv', import.meta.url), 'utf8')
  .split('\n')
  .filter((line) => line && !line.startsWith('#'))
  .map((line) => line.split('\t'))
  .map(([noun, , , icons]) => ({ noun, icons: icons.split(' ') }));

function loadStyle(style) {
  const path = join(modules, '@iconify-json', style, 'icons.json');
  if (!existsSync(path)) throw new Error(`Expected the package @iconify-json/${style} in ${modules}: run npm install in training/`);
  return JSON.parse(readFileSync(path, 'utf8'));
}

/** The SVG of an icon, following aliases and the numbered names of streamline-emojis; null where the style lacks it. */
function svgOf(set, name) {
  const key = [name, `${name}-1`].find((candidate) => set.icons[candidate] || set.aliases?.[candidate]);
  if (!key) return null;
  const icon = set.icons[key] ?? set.icons[set.aliases[key].parent];
  if (!icon) return null;
  const width = icon.width ?? set.width ?? 16;
  const height = icon.height ?? set.height ?? 16;
  const scale = SIZE / Math.max(width, height);
  return `<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" color="#000" width="${width * scale}" height="${height * scale}" viewBox="${icon.left ?? 0} ${icon.top ?? 0} ${width} ${height}">${icon.body}</svg>`;
}

const index = [];
const pixels = [];
const lacking = {};
for (const style of STYLES.filter((one) => !only || one === only)) {
  const set = loadStyle(style);
  for (const { noun, icons } of nouns) {
    for (const icon of icons) {
      const svg = svgOf(set, icon);
      if (!svg) {
        lacking[style] = (lacking[style] ?? 0) + 1;
        continue;
      }
      const clear = { r: 0, g: 0, b: 0, alpha: 0 };
      pixels.push(await sharp(Buffer.from(svg)).resize(SIZE, SIZE, { fit: 'contain', background: clear }).ensureAlpha().raw().toBuffer());
      index.push({ noun, style, icon });
    }
  }
}
mkdirSync(out, { recursive: true });
writeFileSync(join(out, 'sprites.bin'), Buffer.concat(pixels));
writeFileSync(join(out, 'sprites.json'), JSON.stringify(index));
console.log(`${index.length} sprites of ${nouns.length} nouns; lacking: ${JSON.stringify(lacking)}`);
