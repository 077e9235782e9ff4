#!/usr/bin/env node
/**
 * The bin `sightline`, for any Node from 20 on: Sightline itself runs on Node 24, which the npm package `node` brings along. An
 * older Node hands everything over to that one: arguments, standard streams, signals, exit code.
 */
import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const NEEDED = 24;

if (Number.parseInt(process.versions.node, 10) >= NEEDED) {
  await import('./main.ts');
} else {
  handOver(bundledNode());
}

/** @returns {string | undefined} */
function bundledNode() {
  try {
    const folder = dirname(createRequire(import.meta.url).resolve('node/package.json'));
    return join(folder, 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
  } catch {
    return undefined;
  }
}

/** @param {string | undefined} node */
function handOver(node) {
  const fail = () => {
    process.stderr.write(
      `Sightline needs Node ${NEEDED} and this is ${process.versions.node}. Run "npm install" first.\n`,
    );
    process.exitCode = 1;
  };
  if (node === undefined) {
    fail();
    return;
  }
  const main = fileURLToPath(new URL('./main.ts', import.meta.url));
  const child = spawn(node, [main, ...process.argv.slice(2)], { stdio: 'inherit' });
  child.once('error', fail);
  for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) {
    process.on(signal, () => {
      // A terminal sends Ctrl-C to the child as well; a second one would cut short its orderly end.
      if (signal === 'SIGINT' && process.stdin.isTTY) return;
      child.kill(signal);
    });
  }
  child.once('exit', (code, signal) => {
    if (signal === null) {
      process.exitCode = code ?? 1;
      return;
    }
    process.removeAllListeners(signal);
    process.kill(process.pid, signal);
  });
}
