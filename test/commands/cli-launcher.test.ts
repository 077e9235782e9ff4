/** The bin as a shell starts it: exit codes, streams and signals pass through, whichever Node the host has. */
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, describe, expect, it } from 'vitest';
import packageJson from '../../package.json' with { type: 'json' };

const run = promisify(execFile);
const root = fileURLToPath(new URL('../../', import.meta.url));
const bin = join(root, 'cli', 'sightline.mjs');
const folder = mkdtempSync(join(tmpdir(), 'sightline-launcher-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** The host's own Node, as `node` of the npm package comes first on the PATH of npm scripts only. */
const hostPath = (process.env.PATH ?? '')
  .split(delimiter)
  .filter((path) => !path.includes('node_modules'))
  .join(delimiter);
const env = { ...process.env, PATH: hostPath };

/** A launcher that believes every Node too old, so that handing over is tested on any host. */
function strictLauncher(main: string, withNode = true): string {
  const place = mkdtempSync(join(folder, 'strict-'));
  mkdirSync(join(place, 'cli'));
  cpSync(join(root, 'package.json'), join(place, 'package.json'));
  if (withNode) symlinkSync(join(root, 'node_modules'), join(place, 'node_modules'));
  const launcher = join(place, 'cli', 'sightline.mjs');
  writeFileSync(launcher, readFileSync(bin, 'utf8').replace('const NEEDED = 24;', 'const NEEDED = 1000;'));
  writeFileSync(join(place, 'cli', 'main.ts'), main);
  return launcher;
}

describe('the bin', () => {
  it("runs with the host's Node", async () => {
    const { stdout, stderr } = await run('node', [bin, '--version'], { env });
    expect([stdout, stderr]).toEqual([`${packageJson.version}\n`, '']);
  });

  it('passes the exit code and keeps standard output clean', async () => {
    const failure = run('node', [bin, 'ask', 'no.png', 'what?', '--json'], { env });
    await expect(failure).rejects.toMatchObject({ code: 1, stderr: '' });
    const { stdout } = await failure.catch((error: { stdout: string }) => error);
    expect(JSON.parse(stdout)).toMatchObject({ error: { code: 'image_not_found' } });
    await expect(run('node', [bin, 'frobnicate'], { env })).rejects.toMatchObject({ code: 2, stdout: '' });
  });

  it('does not mind a reader that goes away', async () => {
    const { stderr } = await run('sh', ['-c', `node '${bin}' --help | head -n 1`], { env });
    expect(stderr).toBe('');
  });
});

describe('handing over to the Node of the npm package', () => {
  const ECHO = `process.stdout.write(process.argv.slice(2).join('|')); process.stdin.pipe(process.stdout); process.exitCode = 7;`;

  it('passes arguments, standard input and the exit code', async () => {
    const child = run('node', [strictLauncher(ECHO), 'ask', 'a b.png', '"why?"'], { env });
    child.child.stdin?.end(' and input');
    await expect(child).rejects.toMatchObject({ code: 7, stdout: 'ask|a b.png|"why?" and input' });
  });

  it.each(['SIGTERM', 'SIGINT'] as const)('passes %s and waits for an orderly end', async (signal) => {
    const main = `
      process.once('${signal}', () => setTimeout(() => { process.stdout.write('closed'); process.exit(0); }, 100));
      setInterval(() => {}, 1000);
      process.stdout.write('ready ');
    `;
    const child = spawn('node', [strictLauncher(main)], { env, stdio: ['ignore', 'pipe', 'inherit'] });
    let heard = '';
    child.stdout.on('data', (chunk) => {
      heard += String(chunk);
    });
    await once(child.stdout, 'data');
    child.kill(signal);
    expect(await once(child, 'close')).toEqual([0, null]);
    expect(heard).toBe('ready closed');
  });

  it('dies of the signal that its child died of', async () => {
    const child = spawn(
      'node',
      [strictLauncher(`process.kill(process.pid, 'SIGTERM'); setInterval(() => {}, 1000);`)],
      {
        env,
        stdio: 'ignore',
      },
    );
    expect(await once(child, 'close')).toEqual([null, 'SIGTERM']);
  });

  it('says what to do where that Node is missing', async () => {
    await expect(run('node', [strictLauncher('', false)], { env })).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringContaining('Run "npm install" first.'),
    });
  });
});
