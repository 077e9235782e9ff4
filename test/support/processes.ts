/** Processes of this machine: which belong to one, and whether they still live. */
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';

interface Process {
  readonly pid: number;
  readonly parent: number;
  readonly words: string;
}

/** From /proc where there is one: slim images have no `ps`. Those that have ended and are not buried do not count. */
function processes(): Process[] {
  if (!existsSync('/proc/self/stat')) {
    const lines = execFileSync('ps', ['-A', '-o', 'pid=,ppid=,args='], { encoding: 'utf8' }).split('\n');
    return lines.flatMap((line) => {
      const [, pid, parent, words = ''] = /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line) ?? [];
      return pid === undefined ? [] : [{ pid: Number(pid), parent: Number(parent), words }];
    });
  }
  return readdirSync('/proc').flatMap((name) => {
    if (!/^\d+$/.test(name)) return [];
    try {
      const [, state, parent] = /\) (\S) (\d+)/.exec(readFileSync(`/proc/${name}/stat`, 'utf8')) ?? [];
      const words = readFileSync(`/proc/${name}/cmdline`, 'utf8').replaceAll('\0', ' ').trim();
      return state === 'Z' ? [] : [{ pid: Number(name), parent: Number(parent), words }];
    } catch {
      return []; // It ended meanwhile.
    }
  });
}

/** The process and all that it started, directly or not. */
export function familyOf(pid: number): Process[] {
  const all = processes();
  const family = all.filter((process) => process.pid === pid);
  for (const member of family) family.push(...all.filter(({ parent }) => parent === member.pid));
  return family;
}

export const living = (family: readonly Process[]): Process[] => {
  const now = processes();
  return family.filter(({ pid, words }) => now.some((other) => other.pid === pid && other.words === words));
};
