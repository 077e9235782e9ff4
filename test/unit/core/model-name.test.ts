import { describe, expect, it } from 'vitest';
import { remoteModel } from '#core/model-name.ts';

describe('remoteModel', () => {
  it.each([
    ['openai:http://127.0.0.1:11434/v1#qwen2.5vl:3b', 'http://127.0.0.1:11434/v1', 'qwen2.5vl:3b'],
    [
      'openai:https://openrouter.ai/api/v1/#qwen/qwen2.5-vl-72b-instruct:free',
      'https://openrouter.ai/api/v1',
      'qwen/qwen2.5-vl-72b-instruct:free',
    ],
    ['openai:http://[::1]:8000/v1#a#b', 'http://[::1]:8000/v1', 'a#b'],
  ])('reads %s', (name, baseUrl, model) => {
    expect(remoteModel(name)).toEqual({ baseUrl, model });
  });

  it.each(['sightline-small', './models/mine', 'fake'])('leaves %s to others', (name) => {
    expect(remoteModel(name)).toBeUndefined();
  });

  it.each([
    'openai:',
    'openai:llava',
    'openai:http://127.0.0.1/v1',
    'openai:http://127.0.0.1/v1# ',
    'openai:ftp://127.0.0.1/v1#llava',
    'openai:http://user:secret@127.0.0.1/v1#llava',
    'openai:http://127.0.0.1/v1?key=secret#llava',
  ])('says what it expected instead of %s, and repeats no key', (name) => {
    expect(() => remoteModel(name)).toThrow(/^The configuration is not usable: MODEL: (?!.*secret)/);
  });
});
