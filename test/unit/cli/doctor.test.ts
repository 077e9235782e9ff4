import { Writable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { readConfig } from '#core/config.ts';
import { SightlineError } from '#core/errors.ts';
import { saying, startBackend } from '#test/backend.ts';
import { good, problem, problemOf } from '../../../cli/doctor/check.ts';
import { report } from '../../../cli/doctor/command.ts';
import { checkModel } from '../../../cli/doctor/model-check.ts';
import { checkNode } from '../../../cli/doctor/node-check.ts';
import { checkPictures } from '../../../cli/doctor/pictures-check.ts';

function reported(checks: Parameters<typeof report>[0], json: boolean) {
  const text = { out: '', err: '' };
  const into = (key: 'out' | 'err') =>
    new Writable({
      write(chunk, _encoding, done) {
        text[key] += String(chunk);
        done();
      },
    });
  const terminal = { stdin: process.stdin, stdout: into('out'), stderr: into('err') };
  return { exitCode: report(checks, json, terminal), ...text };
}

describe('the report of the doctor', () => {
  const bad = problem('redis', 'none', 'Install it.');

  it('is good when all is', () => {
    expect(reported([good('node', '24.0.0')], false)).toEqual({
      exitCode: 0,
      out: 'ok       node      24.0.0\n',
      err: '',
    });
  });

  it('names the remedy of each problem and fails', () => {
    const { exitCode, out, err } = reported([good('node', '24.0.0'), bad], false);
    expect(exitCode).toBe(1);
    expect(out).toMatch(/PROBLEM +redis +none\n +Install it\.\n/);
    expect(err).toContain('something is wrong');
  });

  it('is one object for programs', () => {
    const { exitCode, out, err } = reported([bad], true);
    expect([exitCode, JSON.parse(out), err]).toEqual([1, { ok: false, checks: [bad] }, '']);
  });
});

describe('checks', () => {
  it('Node from 24 on', () => {
    expect([checkNode('24.1.0'), checkNode('22.9.0')]).toMatchObject([
      { ok: true },
      { ok: false, remedy: expect.stringContaining('install') },
    ]);
  });

  it('all picture formats open', async () => {
    expect(await checkPictures()).toMatchObject({
      ok: true,
      found: expect.stringContaining('jpeg, png, webp, gif, avif'),
    });
  });

  it('a failure of ours carries its own remedy', () => {
    const error = new SightlineError('model_missing', { detail: 'card.json' });
    expect(problemOf('model', error)).toEqual({
      name: 'model',
      ok: false,
      found: 'model_missing',
      remedy: error.message,
    });
  });
});

describe('a model on another server', () => {
  const config = (model: string) => readConfig({ MODEL: model, MODEL_SILENCE_SECONDS: '2' });

  it('is asked a question', async () => {
    const backend = await startBackend(saying({ words: ['grey'], logprob: -0.1 }));
    const [model, device] = await checkModel(config(`openai:${backend.url}#llava`));
    await backend.close();
    expect(model).toMatchObject({ ok: true, found: expect.stringMatching(/#llava, on another server$/) });
    expect(device).toMatchObject({ ok: true, found: expect.stringMatching(/server\): answered in \d+ ms$/) });
  });

  it('that is not there, or named wrongly, is told with what mends it', async () => {
    const [, device] = await checkModel(config('openai:http://127.0.0.1:9/v1#llava'));
    expect(device).toMatchObject({ ok: false, remedy: expect.stringContaining('Check that it runs') });
    const [model] = await checkModel(config('openai:llava'));
    expect(model).toMatchObject({ ok: false, remedy: expect.stringContaining('openai:<base-url>#<model>') });
  });
});
