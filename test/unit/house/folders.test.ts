/** Plants forbidden imports and sees Biome refuse each: the one-way rule of ARCHITECTURE.md is enforced, not wished for. */
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const biome = join(root, 'node_modules/@biomejs/biome/bin/biome');
const house = realpathSync(mkdtempSync(join(tmpdir(), 'sightline-house-')));
/** The files, of those planted, in which Biome found a forbidden import. */
let refused: ReadonlySet<string>;

const FORBIDDEN: readonly (readonly [string, string])[] = [
  ['src/core/planted.ts', `import { a } from '#queue/jobs.ts';`],
  ['src/core/planted.ts', `import { a } from '../queue/jobs.ts';`],
  ['src/core/planted.ts', `import { Queue } from 'bullmq';`],
  ['src/images/planted.ts', `import { a } from '#inference/engine.ts';`],
  ['src/queue/planted.ts', `import { a } from '../images/picture.ts';`],
  ['src/inference/planted.ts', `import { a } from '../../cli/main.ts';`],
  ['web/planted.ts', `import { a } from '#inference/engine.ts';`],
  ['web/planted.ts', `import { a } from '../src/inference/engine.ts';`],
  ['web/planted.ts', `const a = await import('#inference/engine.ts');`],
  ['web/planted.ts', `export { a } from '../workers/main.ts';`],
  ['bot/planted.ts', `import { a } from '#inference/engine.ts';`],
  ['bot/commands/planted.ts', `import { a } from '../../src/inference/engine.ts';`],
  ['bot/commands/planted.ts', `import { a } from '../../workers/main.ts';`],
  ['bot/planted.ts', `import { a } from '../web/main.ts';`],
  ['bot/planted.ts', `export { a } from '../cli/main.ts';`],
  ['web/planted.ts', `import { a } from '../bot/main.ts';`],
  ['workers/planted.ts', `import { a } from '../web/main.ts';`],
  ['cli/planted.ts', `import { a } from '../workers/main.ts';`],
];

const ALLOWED: readonly (readonly [string, string])[] = [
  ['src/images/planted.ts', `import { a } from '#core/errors.ts';`],
  ['workers/planted.ts', `import { a } from '#inference/engine.ts';`],
  ['bot/commands/planted.ts', `import { a } from '#queue/producer.ts';`],
  ['bot/commands/planted.ts', `import { a } from '../parts.ts';`],
  ['cli/planted.ts', `import { a } from './arguments.ts';`],
];

const fileOf = (path: string, line: string) => {
  const number = [...FORBIDDEN, ...ALLOWED].findIndex(([p, l]) => p === path && l === line);
  return path.replace('planted', `planted-${number}`);
};

beforeAll(() => {
  copyFileSync(join(root, 'biome.json'), join(house, 'biome.json'));
  for (const [path, line] of [...FORBIDDEN, ...ALLOWED]) {
    const file = join(house, fileOf(path, line));
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, `${line}\n`);
  }
  const { stdout } = spawnSync(
    process.execPath,
    [
      biome,
      'lint',
      '--vcs-enabled=false',
      '--only=style/noRestrictedImports',
      '--max-diagnostics=none',
      '--reporter=github',
    ],
    { cwd: house, encoding: 'utf8' },
  );
  refused = new Set([...stdout.matchAll(/file=([^,]+),/g)].map(([, file]) => relative(house, file ?? '')));
});

afterAll(() => rmSync(house, { recursive: true }));

describe('the one-way rule', () => {
  it.each(FORBIDDEN)('refuses in %s: %s', (path, line) => {
    expect(refused).toContain(fileOf(path, line));
  });

  it.each(ALLOWED)('allows in %s: %s', (path, line) => {
    expect(refused).not.toContain(fileOf(path, line));
  });
});
