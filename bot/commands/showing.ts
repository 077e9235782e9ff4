/** How an answer is shown: the same answer looks different under `/alt` and under `/rank`. */
import { z } from 'zod';

export const Showing = z.enum(['answer', 'caption', 'alt', 'read', 'where', 'storyboard', 'rank', 'look']);
export type Showing = z.infer<typeof Showing>;
