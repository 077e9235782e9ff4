/** What `start` says in the terminal: plain words, colour only where a person sees it. */
import { styleText } from 'node:util';
import { z } from 'zod';
import type { BotReady, WorkerReady } from './start-messages.ts';
import { percent, printable } from './terminal.ts';

/** "heldOut" as "held out". */
const spaced = (name: string): string => name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);

const Measured = z.object({ n: z.number(), accuracy: z.number() });

export const modelWords = ({ model }: WorkerReady): string => {
  const measured = Object.entries(model.accuracy).flatMap(([on, figures]) => {
    const { data } = Measured.safeParse(figures);
    return data ? [`${percent(data.accuracy)} right of ${data.n} questions (${spaced(on)})`] : [];
  });
  return [model.id, ...(measured.length > 0 ? measured.slice(0, 1) : ['accuracy not measured'])].join(', ');
};

export const deviceWords = ({ device }: Pick<WorkerReady, 'device'>): string => {
  const { name, dtype, threads, runtime, warning } = device;
  // On another server nobody here knows of threads.
  const used = threads === 0 ? '' : `, ${threads} thread${threads === 1 ? '' : 's'}`;
  return `${name}, ${dtype}${used} (${runtime})${warning === undefined ? '' : `; ${warning}`}`;
};

/** Each on a line of its own, the first beside the name. */
export const DISCORD_OFF: readonly string[] = [
  'off; set DISCORD_TOKEN to turn it on:',
  '1. discord.com/developers/applications: New Application, then Bot, Reset Token, Copy',
  '2. DISCORD_TOKEN=<the token> in .env, and start again: the link that adds it to a server stands here then',
  'docs/discord.md has every step, the permissions and why',
];

export const discordWords = ({ name, shards, guilds, invite }: BotReady): readonly string[] => {
  const where = guilds === undefined ? `${shards} connections` : `${guilds} server${guilds === 1 ? '' : 's'}`;
  return [`${name} is on, ${where}`, ...(invite === undefined ? [] : [`add it to a server: ${invite}`])];
};

export interface StartWords {
  title(text: string): void;
  fact(name: string, text: string): void;
  /** Several lines under one name. */
  facts(name: string, lines: readonly string[]): void;
  address(url: string): void;
}

const NAME_WIDTH = 9;

export function startWords(stream: NodeJS.WriteStream): StartWords {
  // styleText leaves colour out for pipes and NO_COLOR.
  const paint = (style: 'bold' | 'cyan' | 'dim', text: string) => styleText(style, text, { stream });
  const line = (text = '') => stream.write(`${text}\n`);
  const fact = (name: string, text: string) =>
    void line(`  ${paint('dim', name.padEnd(NAME_WIDTH))}${printable(text)}`);
  return {
    title: (text) => void line(paint('bold', text)),
    fact,
    facts(name, lines) {
      for (const [index, text] of lines.entries()) fact(index === 0 ? name : '', text);
    },
    address(url) {
      line();
      line(`Open ${paint('cyan', url)} in a browser. Ctrl-C ends everything.`);
    },
  };
}
