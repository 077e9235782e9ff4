/** The docs hold what they claim: links lead somewhere, commands exist, every error code is explained. */
import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { ERRORS } from '#core/errors.ts';
import { createProgram } from '../../../cli/program.ts';

/** The options of each command of `sightline`; of one with commands below it, of each of those, as "models pull". */
const COMMANDS = new Map(
  createProgram({ terminal: process }, () => {}).commands.flatMap((command) =>
    [command, ...command.commands].map((each) => [
      each === command ? command.name() : `${command.name()} ${each.name()}`,
      ['--help', ...each.options.map(({ long }) => long ?? '')],
    ]),
  ),
);

const root = fileURLToPath(new URL('../../../', import.meta.url));
const read = (file: string) => readFileSync(join(root, file), 'utf8');
const pages = globSync(['*.md', 'docs/**/*.md', 'training/*.md'], { cwd: root });

describe.each(pages)('%s', (page) => {
  const text = read(page);

  it('links to files that exist', () => {
    const targets = [...text.matchAll(/\]\((?!https?:|#|mailto:)([^)#\s]+)/g)].map(([, target]) => target ?? '');
    expect(targets.filter((target) => !existsSync(join(root, dirname(page), target)))).toEqual([]);
  });

  it('names npm scripts that exist', () => {
    const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
    const named = [...text.matchAll(/npm (?:run (?<run>[a-z:-]+)|(?<short>start|test)\b)/g)].map(
      ({ groups }) => groups?.run ?? groups?.short ?? '',
    );
    expect(named.filter((name) => !(name in scripts))).toEqual([]);
  });

  it('names commands of the command line, and options of theirs, that exist', () => {
    const calls = [...text.matchAll(/(?:npx |[`"]|^\s*)sightline ([a-z-]+)((?:(?!(?:npx |[`"])sightline ).)*)/gm)];
    const unknown = calls.flatMap(([, name = '', rest = '']) => {
      const below = `${name} ${/^ ([a-z]+)/.exec(rest)?.[1]}`;
      const command = COMMANDS.get(below) ?? COMMANDS.get(name);
      if (!command) return [name];
      const options = [...rest.replace(/[`#].*/, '').matchAll(/ (--[a-z-]+)/g)].map(([, option = '']) => option);
      return options.filter((option) => !command.includes(option)).map((option) => `${name} ${option}`);
    });
    expect(unknown).toEqual([]);
  });

  it('names files and folders of the house that exist', () => {
    const paths = [...text.matchAll(/`((?:src|web|workers|cli|test|bench|prompts|docs|models|training)\/[\w./-]*)`/g)];
    expect(paths.map(([, path]) => path ?? '').filter((path) => !existsSync(join(root, path)))).toEqual([]);
  });
});

describe('docs/errors.md', () => {
  it('has one row for each code of the table, with its sentence, and no other', () => {
    const rows = [...read('docs/errors.md').matchAll(/^\| `(\w+)` \| (.+?) \| (yes|no) \| (\d+) \|$/gm)];
    const documented = rows.map(([, code, sentence, retry, status]) => [code, sentence, retry, status]);
    const table = Object.entries(ERRORS).map(([code, entry]) => [
      code,
      entry.sentence,
      entry.retry ? 'yes' : 'no',
      String(entry.httpStatus),
    ]);
    expect(documented).toEqual(table);
  });
});

describe('package.json', () => {
  it('holds exact versions and at most twelve scripts', () => {
    const json = JSON.parse(read('package.json')) as Record<string, Record<string, string>>;
    const versions = Object.values({ ...json.dependencies, ...json.devDependencies });
    expect(versions.filter((version) => !/^\d+\.\d+\.\d+$/.test(version))).toEqual([]);
    expect(Object.keys(json.scripts ?? {}).length).toBeLessThanOrEqual(12);
  });

  it('holds scripts that every shell understands, that of Windows too', () => {
    const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
    // Words and "&&": no settings before a command, no quotes of one shell, no signs of its own. `exec` is in exec.cmd there.
    const foreign = Object.entries(scripts).filter(([, line]) => !/^[\w./:-]+( (&&|[\w./:-]+))*$/.test(line));
    expect(foreign).toEqual([]);
    expect(existsSync(join(root, 'exec.cmd'))).toBe(true);
  });
});
