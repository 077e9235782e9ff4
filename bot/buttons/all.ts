/** Every button, select and form, by the first word of its `custom_id`. */
import type { ButtonHandler, FormHandler } from '../commands/command.ts';
import { cancel, remove } from './own.ts';
import { again, askForm, longer, look, more, moreForm } from './under-answers.ts';

export const BUTTONS: readonly ButtonHandler[] = [cancel, remove, again, longer, look, more];
export const FORMS: readonly FormHandler[] = [askForm, moreForm];
