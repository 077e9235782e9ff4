/**
 * The key for a model's server: MODEL_API_KEY, which is meant for it, or OPENAI_API_KEY, which may have been set for another
 * program and is therefore never sent in clear.
 */
import { readSecret } from '#core/config.ts';
import type { RemoteModel } from '#core/model-name.ts';

export const apiKeyFor = ({ baseUrl }: RemoteModel, read: typeof readSecret = readSecret): string | undefined =>
  read('MODEL_API_KEY') ?? (baseUrl.startsWith('https:') ? read('OPENAI_API_KEY') : undefined);
