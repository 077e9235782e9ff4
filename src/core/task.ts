/**
 * The tasks a person can ask for. A prompted one has a prompt in `prompts/<task>.json` and a template on the model's card;
 * `rank` compares the picture with captions and needs neither.
 */
import { z } from 'zod';

export const PromptedTask = z.enum(['vqa', 'caption', 'alt-text', 'read']);
export type PromptedTask = z.infer<typeof PromptedTask>;

export const Task = z.enum([...PromptedTask.options, 'rank']);
export type Task = z.infer<typeof Task>;

/** Only a free question needs words of the asker's own. */
export const needsQuestion = (task: Task): boolean => task === 'vqa';
