/** What is known of hub models without any of them: the catalogue, the cards made of config files, what was chosen. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { renderPrompt } from '#core/prompts.ts';
import { KNOWN_MODELS } from '#inference/hub/catalog.ts';
import { chooseModel, modelFor, readChoice, unchooseModel } from '#inference/hub/choice.ts';
import { type HubFacts, hubCard } from '#inference/hub/hub-card.ts';
import { isFreeLicence } from '#inference/hub/licence.ts';
import { checkedFile, checkedHubId } from '#inference/hub/store.ts';

const dataDir = mkdtempSync(join(tmpdir(), 'sightline-choice-'));
afterAll(() => rmSync(dataDir, { recursive: true }));

const facts = (changes: Partial<HubFacts> = {}): HubFacts => ({
  id: 'a/b',
  commit: 'c'.repeat(40),
  license: 'mit',
  family: 'chat',
  config: {},
  preprocessor: {},
  imageSide: undefined,
  ...changes,
});

describe('the catalogue', () => {
  it('names each model once, and where it was read', () => {
    expect(new Set(KNOWN_MODELS.map(({ id }) => id)).size).toBe(KNOWN_MODELS.length);
    for (const { id, source } of KNOWN_MODELS) {
      expect(checkedHubId(id)).toBe(id);
      expect(source).toMatch(/^https:\/\/huggingface\.co\//);
    }
  });

  it('has a model to begin with for every task, most of them under free licences', () => {
    const free = KNOWN_MODELS.filter(({ licence }) => isFreeLicence(licence ?? undefined));
    expect(free.flatMap(({ tasks }) => tasks)).toEqual(expect.arrayContaining(['vqa', 'caption', 'alt-text', 'read']));
    expect(KNOWN_MODELS.flatMap(({ tasks }) => tasks)).toContain('rank');
  });
});

describe('the card of a hub model', () => {
  it('gives a chat model our instructions, and the question as it was typed', () => {
    const card = hubCard(facts());
    expect(renderPrompt(card, 'vqa', ' Is this the US flag? ').prompt).toBe('Is this the US flag?');
    expect(renderPrompt(card, 'caption', '').prompt).toMatch(/sentence/);
    expect(card).toMatchObject({ conversation: true });
    expect([card.calibration, card.memory, card.embedding]).toEqual([undefined, undefined, undefined]);
  });

  it.each([
    ['tasker', 'read', '<OCR>'],
    ['captioner', 'caption', ''],
  ] as const)('of a %s words %s as %j', (family, task, prompt) => {
    const card = hubCard(facts({ family }));
    expect(renderPrompt(card, task, '').prompt).toBe(prompt);
    expect(() => renderPrompt(card, 'vqa', 'What?')).toThrow(expect.objectContaining({ code: 'task_unsupported' }));
  });

  it.each([
    [{}, undefined, 2048],
    [{ size: { longest_edge: 1536 } }, undefined, 1536],
    [{ size: { longest_edge: 1536 } }, 1024, 1024],
    [{ size: { height: 224, width: 224 } }, 1024, 448],
    [{ size: { shortest_edge: 224 } }, undefined, 448],
    [{ size: 224 }, undefined, 448],
    [{ max_pixels: 1_000_000 }, undefined, 1000],
  ])('takes pictures as %j and %s allow: %i', (preprocessor, imageSide, width) => {
    expect(hubCard(facts({ preprocessor, imageSide })).preprocessing).toMatchObject({
      width,
      height: width,
      fit: 'inside',
    });
  });
});

describe('what was chosen', () => {
  it('is one model for everything and others for tasks; MODEL goes before it', async () => {
    const configured = { model: 'sightline-small', modelIsSet: false };
    const of = async (task?: 'caption' | 'rank', set = configured) => modelFor(task, set, await readChoice(dataDir));
    expect(await of('caption')).toBe('sightline-small');
    await chooseModel(dataDir, 'hub:a/b');
    await chooseModel(dataDir, 'hub:c/d', 'caption');
    expect([await of(), await of('caption'), await of('rank')]).toEqual(['hub:a/b', 'hub:c/d', 'hub:a/b']);
    expect(await of('caption', { model: 'fake', modelIsSet: true })).toBe('fake');
    await unchooseModel(dataDir, 'hub:c/d');
    expect(await of('caption')).toBe('hub:a/b');
  });

  it('names a file that is damaged', async () => {
    writeFileSync(join(dataDir, 'models/use.json'), '{"tasks": 7}');
    await expect(readChoice(dataDir)).rejects.toMatchObject({ code: 'bad_configuration', message: /use\.json/ });
  });
});

describe('names', () => {
  it.each(['a/../b', '../a', 'a/b/c', 'a', '/a/b', 'a\\b/c', 'a/b c', `${'x'.repeat(200)}/b`])(
    '%j is no model',
    (id) => {
      expect(() => checkedHubId(id)).toThrow(expect.objectContaining({ code: 'bad_request' }));
    },
  );

  it.each(['../x', '/etc/passwd', 'onnx/../../x', 'a\\b', ''])('%j is no file of a model', (file) => {
    expect(() => checkedFile('a/b', file)).toThrow(expect.objectContaining({ code: 'hub_model_unsupported' }));
  });
});
