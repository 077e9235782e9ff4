import { expect, it } from 'vitest';
import { readSecret } from '#core/config.ts';
import { apiKeyFor } from '#inference/engine-openai/api-key.ts';

const keyAt = (baseUrl: string, environment: NodeJS.ProcessEnv) =>
  apiKeyFor({ baseUrl, model: 'a' }, (key) => readSecret(key, environment));

it('is the one that is meant for the server; another program’s is not sent in clear', () => {
  const both = { MODEL_API_KEY: 'mine', OPENAI_API_KEY: 'theirs' };
  const theirs = { MODEL_API_KEY: ' ', OPENAI_API_KEY: 'theirs' };
  expect(keyAt('http://192.168.1.5:11434/v1', both)).toBe('mine');
  expect(keyAt('http://192.168.1.5:11434/v1', theirs)).toBeUndefined();
  expect(keyAt('https://openrouter.ai/api/v1', theirs)).toBe('theirs');
  expect(keyAt('https://openrouter.ai/api/v1', {})).toBeUndefined();
});
