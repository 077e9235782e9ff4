/** The prompts as data: one file per task in `prompts/`, parsed once. The card says how a model wants them worded. */
import { z } from 'zod';
import altText from '../../prompts/alt-text.json' with { type: 'json' };
import caption from '../../prompts/caption.json' with { type: 'json' };
import read from '../../prompts/read.json' with { type: 'json' };
import vqa from '../../prompts/vqa.json' with { type: 'json' };
import { SightlineError } from './errors.ts';
import type { EngineCard } from './model-card.ts';
import { normaliseQuestion } from './question.ts';
import { PromptedTask } from './task.ts';

const Prompt = z.object({
  task: PromptedTask,
  /** Raised with every change of wording: cached answers of the older wording are not used any more. */
  revision: z.number().int().positive(),
  /**
   * In words, for models that follow instructions and have no template of their own; `{question}` is the person's own. The
   * model that ships does not read it.
   */
  instruction: z.string(),
});
export type Prompt = z.infer<typeof Prompt>;

const PROMPTS = new Map<PromptedTask, Prompt>(
  [altText, caption, read, vqa].map((file) => Prompt.parse(file)).map((prompt) => [prompt.task, prompt]),
);

export function promptFor(task: PromptedTask): Prompt {
  const prompt = PROMPTS.get(task);
  if (!prompt) throw new Error(`No prompt for task ${task}. This is a bug.`);
  return prompt;
}

/**
 * The prompt of an ask as the model's card words it.
 * @throws SightlineError `task_unsupported`
 */
export function renderPrompt(
  card: EngineCard,
  task: PromptedTask,
  question: string,
): { prompt: string; maxTokens: number } {
  const worded = card.tasks[task];
  if (!worded) throw new SightlineError('task_unsupported', { detail: `${card.id}, ${task}` });
  const { template, maxTokens } = worded;
  // A replacer function: a question may hold "$&".
  const prompt = template.replace('{question}', () => normaliseQuestion(question, card.text));
  return { prompt, maxTokens };
}
