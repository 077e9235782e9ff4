/** What stands in place of the answer while it is made. */
import type { Progress } from '#core/answer.ts';
import type { Language } from '#store/settings.ts';
import type { Outgoing } from '../post/outgoing.ts';
import { say } from '../words.ts';
import { plain } from './plain.ts';
import { cancelRow } from './rows.ts';

const PARTIAL_CHARACTERS = 1_500;

export function waitingMessage(language: Language, requestId: string, progress: Progress): Outgoing {
  return { content: contentOf(language, progress), rows: [cancelRow(language, requestId)] };
}

function contentOf(language: Language, progress: Progress): string {
  if (progress.stage === 'queued') {
    const { position } = progress;
    return position === 1 ? say(language, 'say.next') : say(language, 'say.position', { position });
  }
  const text = progress.stage === 'answering' ? plain(progress.text, PARTIAL_CHARACTERS) : '';
  return text === '' ? say(language, 'say.looking') : `${text} …`;
}
