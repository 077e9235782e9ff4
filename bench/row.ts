/** One line of the results: a figure, its interval, its bar, and whether it is reached. */
import type { Estimate } from './statistics.ts';

export interface Bar {
  readonly limit: number;
  readonly direction: 'at least' | 'at most';
  /** Missing it fails the run; the others are printed with their distance. */
  readonly holds: boolean;
}

export interface Row extends Estimate {
  readonly name: string;
  readonly bar: Bar | null;
  readonly reached: boolean | null;
}

export const atLeast = (limit: number, holds = false): Bar => ({ limit, direction: 'at least', holds });
export const atMost = (limit: number, holds = false): Bar => ({ limit, direction: 'at most', holds });

export function row(name: string, figure: Estimate, bar: Bar | null = null): Row {
  const reached = bar && (bar.direction === 'at least' ? figure.value >= bar.limit : figure.value <= bar.limit);
  return { name, ...figure, bar, reached };
}

export const single = (value: number): Estimate => ({ value, low: value, high: value });

const short = (value: number): string => Number(value.toPrecision(3)).toString();

/** The row as a line of a Markdown table. */
export function line({ name, value, low, high, bar, reached }: Row): string {
  const interval = low === high ? '' : `${short(low)} – ${short(high)}`;
  const wanted = bar ? `${bar.direction} ${bar.limit}` : '';
  const distance = bar && !reached ? `no, ${short(value / bar.limit)}× the bar` : reached ? 'yes' : '';
  return `| ${name} | ${short(value)} | ${interval} | ${wanted} | ${distance} |`;
}
