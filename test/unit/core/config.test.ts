import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { Environment, modelFolder, readConfig, readSecret } from '#core/config.ts';

describe('readConfig', () => {
  it('needs nothing', () => {
    expect(readConfig({})).toMatchObject({ host: '127.0.0.1', port: 4646, model: 'sightline-small', discord: false });
  });

  it('takes an empty value for not set', () => {
    expect(readConfig({ PORT: '', REDIS_URL: '', LOG_LEVEL: '' })).toEqual(readConfig({}));
  });

  it.each([
    ['PORT', 'seventy'],
    ['PORT', '70000'],
    ['REDIS_URL', 'http://example.org'],
    ['THREADS', '0'],
    ['LOG_LEVEL', 'loud'],
    ['IMAGE_ORIGINS', 'pictures.example.org'],
    ['IMAGE_ORIGINS', 'https://pictures.example.org/folder'],
    ['IMAGE_ORIGINS', 'https://me@pictures.example.org'],
    ['DISCORD_CDN', 'ftp://pictures.example.org'],
    ['TRUST_PROXY', 'true'],
    ['TRUST_PROXY', '10.0.0.1, 10.0.0.0/99'],
  ])('names %s=%s and what is expected', (key, value) => {
    expect(() => readConfig({ [key]: value })).toThrow(new RegExp(`${key}: `));
  });

  it('reads origins as addresses are written in the end', () => {
    const { imageOrigins, discordCdn } = readConfig({
      IMAGE_ORIGINS: ' https://BÜCHER.example:443, http://0x7f.1:80/,',
    });
    expect(imageOrigins).toEqual(['https://xn--bcher-kva.example', 'http://127.0.0.1']);
    expect(discordCdn).toContain('https://cdn.discordapp.com');
  });

  it('trusts no proxy but those named', () => {
    expect(readConfig({}).trustProxy).toBeUndefined();
    const { trustProxy } = readConfig({ TRUST_PROXY: 'loopback, 10.0.0.0/8,fd00::1' });
    expect(trustProxy).toEqual(['loopback', '10.0.0.0/8', 'fd00::1']);
  });

  it('keeps secrets out of the configuration', () => {
    const secrets = { DISCORD_TOKEN: 'canary', MODEL_API_KEY: 'canary' };
    expect(JSON.stringify(readConfig(secrets))).not.toContain('canary');
    expect([readSecret('MODEL_API_KEY', secrets), readSecret('OPENAI_API_KEY', secrets)]).toEqual([
      'canary',
      undefined,
    ]);
  });
});

describe('.env.example', () => {
  it('lists every key, and no other', () => {
    const text = readFileSync(new URL('../../../.env.example', import.meta.url), 'utf8');
    const keys = [...text.matchAll(/^([A-Z_]+)=/gm)].map(([, key]) => key);
    expect(keys.sort()).toEqual(Object.keys(Environment.shape).sort());
  });
});

describe('modelFolder', () => {
  it('looks under models/ for a name and takes a path as it stands', () => {
    expect(modelFolder('sightline-small')).toMatch(/models\/sightline-small$/);
    expect(modelFolder('./elsewhere')).toBe('./elsewhere');
  });
});
