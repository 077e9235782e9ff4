/** `doctor`: looks at everything an answer needs, really using it, and says how to mend what is wrong. */
import { readConfig } from '#core/config.ts';
import { EXIT } from '../exit.ts';
import { printable, say, sayJson, type Terminal } from '../terminal.ts';
import { type Check, problemOf } from './check.ts';
import { checkModel } from './model-check.ts';
import { checkNode } from './node-check.ts';
import { checkPictures } from './pictures-check.ts';
import { checkRedis } from './redis-check.ts';

export async function doctorCommand({ json }: { readonly json: boolean }, terminal: Terminal): Promise<number> {
  return report(await allChecks(), json, terminal);
}

async function allChecks(): Promise<readonly Check[]> {
  const node = checkNode();
  try {
    const config = readConfig();
    return [node, await checkRedis(config), ...(await checkModel(config)), await checkPictures()];
  } catch (error) {
    return [node, problemOf('configuration', error)];
  }
}

export function report(checks: readonly Check[], json: boolean, terminal: Terminal): number {
  const ok = checks.every((check) => check.ok);
  if (json) sayJson(terminal, { ok, checks });
  else {
    for (const { name, ok, found, remedy } of checks) {
      say(terminal.stdout, `${ok ? 'ok     ' : 'PROBLEM'}  ${name.padEnd(9)} ${printable(found)}`);
      if (remedy !== undefined) say(terminal.stdout, `${' '.repeat(19)}${remedy}`);
    }
    if (!ok) say(terminal.stderr, 'sightline: something is wrong; each problem says above what mends it.');
  }
  return ok ? EXIT.ok : EXIT.failed;
}
