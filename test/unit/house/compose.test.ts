/** compose.yaml, Dockerfile and .dockerignore hold what the code knows: settings, commands, nothing secret in an image. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { Environment } from '#core/config.ts';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const read = (file: string) => readFileSync(join(root, file), 'utf8');
const compose = read('compose.yaml');
const given = (pattern: RegExp) => [...compose.matchAll(pattern)].map(([, found]) => found ?? '');

it('sets what our processes know', () => {
  const others = ['MALLOC_ARENA_MAX', 'OLLAMA_HOST', 'HF_TOKEN'];
  const known = new Set([...Object.keys(Environment.shape), ...others]);
  const set = given(/^\s+([A-Z][A-Z_]+):/gm);
  expect(set.length).toBeGreaterThan(10);
  expect(set.filter((key) => !known.has(key))).toEqual([]);
});

it('runs files that exist, with every setting of its own having a default', () => {
  const files = given(/command: \[node, ([\w./]+)\]/g);
  expect(files).toEqual(['web/main.ts', 'workers/main.ts', 'workers/main.ts', 'workers/main.ts']);
  expect(files.filter((file) => !existsSync(join(root, file)))).toEqual([]);
  expect(given(/\$\{(\w+)\}/g)).toEqual([]);
});

it('opens no port to other machines', () => {
  const ports = given(/ports: \["([^"]+)"\]/g);
  expect(ports.length).toBe(2);
  expect(ports.filter((port) => !port.startsWith('127.0.0.1:'))).toEqual([]);
});

it('leaves settings and history out of the image', () => {
  expect(read('.dockerignore').split('\n')).toEqual(
    expect.arrayContaining(['.env', '.git', 'node_modules', '.sightline']),
  );
});
