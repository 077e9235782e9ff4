/** The Node that runs this. */
import { type Check, good, problem } from './check.ts';

const OLDEST = 24;

export function checkNode(version: string = process.versions.node): Check {
  const found = `${version}, ${process.platform} ${process.arch}`;
  return Number.parseInt(version, 10) >= OLDEST
    ? good('node', found)
    : problem('node', found, `Run "npx sightline", which brings Node ${OLDEST} along, or install it.`);
}
