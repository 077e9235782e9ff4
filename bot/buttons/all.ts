/** Every button, select and form, by the first word of its `custom_id`. */

import { authorButtons } from '../auto-alt/author-buttons.ts';
import type { ButtonHandler, FormHandler } from '../commands/command.ts';
import { mayButtons } from '../consent/buttons.ts';
import { thumbConsent, thumbDown, thumbUp } from '../feedback/thumbs.ts';
import { privacyButtons } from '../privacy/command.ts';
import { settingsControls } from '../settings/command.ts';
import { cancel, remove } from './own.ts';
import { again, askForm, longer, look, more, moreForm } from './under-answers.ts';

export const BUTTONS: readonly ButtonHandler[] = [
  ...[cancel, remove, again, longer, look, more],
  ...[thumbUp, thumbDown, thumbConsent, settingsControls, privacyButtons, authorButtons, mayButtons],
];
export const FORMS: readonly FormHandler[] = [askForm, moreForm];
