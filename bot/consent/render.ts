/** The question to an author whose picture somebody else asks about. It names both and rings nobody. */
import type { Language } from '#store/settings.ts';
import type { Outgoing } from '../post/outgoing.ts';
import { say } from '../words.ts';
import { consentRow } from './row.ts';

interface Request {
  readonly requestId: string;
  readonly authorId: string;
  readonly askerId: string;
}

export const renderRequest = (language: Language, { requestId, authorId, askerId }: Request): Outgoing => ({
  content: say(language, 'alt.request', { author: `<@${authorId}>`, asker: `<@${askerId}>` }),
  rows: [consentRow(language, 'may', requestId)],
});

export const renderRequestRefused = (language: Language, askerId: string): Outgoing => ({
  content: say(language, 'alt.request_refused', { asker: `<@${askerId}>` }),
});
