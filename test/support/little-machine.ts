/** A machine with a handful of programs: a folder for PATH that holds scripts of the test's own and a few tools of this machine. */
import { existsSync } from 'node:fs';
import { mkdtemp, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';

const TOOLS = ['sh', 'cat', 'chmod', 'mkdir', 'sleep'];

/** @param programs the lines of each, by name */
export async function littleMachine(programs: Readonly<Record<string, string>>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'sightline-machine-'));
  const places = (process.env.PATH ?? '').split(delimiter);
  for (const tool of TOOLS) {
    const place = places.map((path) => join(path, tool)).find((path) => existsSync(path));
    if (place === undefined) throw new Error(`Expected ${tool} on PATH`);
    await symlink(place, join(folder, tool));
  }
  for (const [name, lines] of Object.entries(programs)) {
    await writeFile(join(folder, name), `#!/bin/sh\n${lines}\n`, { mode: 0o755 });
  }
  return folder;
}
