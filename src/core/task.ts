/** The tasks a person can ask for. Each has a prompt in `prompts/<task>.json` and a template on the model's card. */
import { z } from 'zod';

export const Task = z.enum(['vqa', 'caption', 'alt-text', 'read']);
export type Task = z.infer<typeof Task>;

/** Only a free question needs words of the asker's own. */
export const needsQuestion = (task: Task): boolean => task === 'vqa';
