/** What `start` says in the terminal: plain words, colour only where a person sees it. */
import { styleText } from 'node:util';
import { z } from 'zod';
import type { WorkerReady } from './start-messages.ts';
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

export const deviceWords = ({ device: { name, dtype, threads, runtime, warning } }: WorkerReady): string =>
  `${name}, ${dtype}, ${threads} thread${threads === 1 ? '' : 's'} (${runtime})${warning === undefined ? '' : `; ${warning}`}`;

export const discordWords = (tokenIsSet: boolean): string =>
  tokenIsSet ? 'a token is set, but this version has no bot yet' : 'off; set DISCORD_TOKEN to turn it on';

export interface StartWords {
  title(text: string): void;
  fact(name: string, text: string): void;
  address(url: string): void;
}

const NAME_WIDTH = 9;

export function startWords(stream: NodeJS.WriteStream): StartWords {
  // styleText leaves colour out for pipes and NO_COLOR.
  const paint = (style: 'bold' | 'cyan' | 'dim', text: string) => styleText(style, text, { stream });
  const line = (text = '') => stream.write(`${text}\n`);
  return {
    title: (text) => void line(paint('bold', text)),
    fact: (name, text) => void line(`  ${paint('dim', name.padEnd(NAME_WIDTH))}${printable(text)}`),
    address(url) {
      line();
      line(`Open ${paint('cyan', url)} in a browser. Ctrl-C ends everything.`);
    },
  };
}
