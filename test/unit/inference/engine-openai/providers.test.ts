/** The servers that people run, each in its own dialect. */
import { afterEach, describe, expect, it } from 'vitest';
import { createOpenAIEngine } from '#inference/engine-openai/engine.ts';
import { type Backend, type Reply, sending, startBackend } from '#test/backend.ts';
import { PROVIDERS, REFUSALS } from '#test/provider-streams.ts';

const open: Backend[] = [];
afterEach(async () => {
  for (const backend of open.splice(0)) await backend.close();
});

async function ask(reply: Reply) {
  const backend = await startBackend(reply);
  open.push(backend);
  const remote = { baseUrl: backend.url, model: 'llava:7b' };
  const engine = createOpenAIEngine({ remote, imageSide: 64, parallel: 1, silenceMs: 2_000 });
  const image = { rgb: new Uint8Array(12), width: 2, height: 2, key: 'a' };
  const said: string[] = [];
  const [output] = await engine.run([{ image, prompt: 'What?', maxTokens: 20 }], {
    onPartial: (_, text) => said.push(text),
  });
  return { output, said };
}

describe.each(Object.entries(PROVIDERS))('%s', (_name, { stream, probabilities, usage }) => {
  it('is understood', async () => {
    const { output, said } = await ask(sending('text/event-stream', stream));
    if (!output?.ok) throw output?.error;
    const { text, tokens } = output.prediction;
    expect(text).toBe('a red boat');
    expect(said.at(-1)).toBe('a red boat');
    expect(tokens.map((token) => token.text).join('')).toBe(probabilities ? 'a red boat' : '');
    expect(output.prediction.usage).toEqual(usage);
  });

  it('that stops in the middle is noticed, wherever that is', async () => {
    const events = stream.split('\n\n');
    const finish = events.findIndex((event) => event.includes('"finish_reason":"stop"'));
    for (let sent = 0; sent < finish; sent += 1) {
      const { output } = await ask(sending('text/event-stream', `${events.slice(0, sent).join('\n\n')}\n\n`));
      expect(output).toMatchObject({ ok: false, error: { code: expect.stringMatching(/broke_off|nonsense/) } });
    }
  });
});

it.each(REFUSALS)('%s refuses with %i', async (_name, status, body, code) => {
  const { output } = await ask((response) =>
    response
      .writeHead(status, { 'content-type': 'application/json', 'x-should-retry': 'false' })
      .end(JSON.stringify(body)),
  );
  expect(output).toMatchObject({ ok: false, error: { code } });
});

it('an error in the middle of a stream, as OpenRouter sends it', async () => {
  const chunk = {
    error: { code: 502, message: 'Provider disconnected' },
    choices: [{ delta: {}, finish_reason: 'error' }],
  };
  const { output } = await ask(sending('text/event-stream', `data: ${JSON.stringify(chunk)}\n\n`));
  expect(output).toMatchObject({ ok: false, error: { code: 'backend_failed', detail: 'Provider disconnected' } });
});
