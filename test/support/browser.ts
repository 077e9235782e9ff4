/**
 * The Chromium of the npm package, headless. It is unpacked once per machine beside other temporary files: to a name of
 * its own first and then renamed, so that two test files at once, or a run that was killed, leave no half of it.
 */
import { existsSync } from 'node:fs';
import { mkdtemp, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import packed from '@sparticuz/chromium';
import { type Browser, chromium } from 'playwright-core';
import house from '../../package.json' with { type: 'json' };

const version = house.devDependencies['@sparticuz/chromium'];

/** As root without a sandbox of the kernel's, without a GPU, and without the shared memory that containers lack. */
const FLAGS = ['--no-sandbox', '--no-zygote', '--disable-gpu', '--disable-dev-shm-usage', '--font-render-hinting=none'];

async function unpackedChromium(): Promise<string> {
  const temporary = tmpdir();
  const home = join(temporary, `sightline-chromium-${version}`);
  const executable = join(home, 'chromium');
  if (existsSync(executable)) return executable;

  const unpacking = await mkdtemp(`${home}-`);
  const before = process.env.TMPDIR;
  process.env.TMPDIR = unpacking;
  try {
    await packed.executablePath();
  } finally {
    if (before === undefined) delete process.env.TMPDIR;
    else process.env.TMPDIR = before;
  }
  // Another test file may have been faster: its copy is as good.
  await rename(unpacking, home).catch(() => rm(unpacking, { recursive: true, force: true }));
  return executable;
}

export async function launchBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath: await unpackedChromium(), args: FLAGS, headless: true });
}
