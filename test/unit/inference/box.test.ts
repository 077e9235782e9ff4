import { describe, expect, it } from 'vitest';
import type { Evidence } from '#core/answer.ts';
import { boxesOf, subjectOf } from '#inference/box.ts';

/** A grid of 4 × 4 with these cells as hot as told. */
const heat = (cells: Readonly<Record<number, number>>) => Array.from({ length: 16 }, (_, cell) => cells[cell] ?? 0);
const evidence = (...words: readonly (readonly [string, Readonly<Record<number, number>>])[]): Evidence => ({
  rows: 4,
  columns: 4,
  words: words.map(([word, cells]) => ({ word, heat: heat(cells) })),
});

describe('boxesOf', () => {
  it('draws around the warm cells about the hottest, half a cell wider, and not around others', () => {
    const [box, ...others] = boxesOf(evidence(['cat', { 5: 255, 6: 100, 15: 200 }]), 'any');
    expect(box).toEqual({ label: 'cat', left: 0.125, right: 0.875, top: 0.125, bottom: 0.625 });
    expect(others).toEqual([]);
  });

  it('stays inside the picture', () => {
    expect(boxesOf(evidence(['cat', { 0: 255 }]), '')).toEqual([
      { label: 'cat', left: 0, right: 0.375, top: 0, bottom: 0.375 },
    ]);
  });

  it('takes each phrase of a sentence for a thing, and the background for none', () => {
    const everywhere = Object.fromEntries(Array.from({ length: 16 }, (_, cell) => [cell, 200]));
    const boxes = boxesOf(
      evidence(
        ['A', { 0: 255 }],
        ['red', { 0: 255 }],
        ['circle,', { 0: 255, 15: 250 }],
        ['a', { 15: 255 }],
        ['palm', { 15: 255 }],
        ['tree', { 15: 255 }],
        ['on', everywhere],
        ['a', everywhere],
        ['blue', everywhere],
        ['background.', everywhere],
      ),
      '',
    );
    expect(boxes.map(({ label, left }) => [label, left])).toEqual([
      ['red circle', 0],
      ['palm tree', 0.625],
    ]);
  });

  it('calls what a place, a number or a yes points at by what was asked for', () => {
    for (const said of ['left', 'top', 'yes', '2']) {
      expect(boxesOf(evidence([said, { 0: 255 }]), 'dog').map(({ label }) => label)).toEqual(['dog']);
    }
  });

  it('draws nothing around nothing', () => {
    expect(boxesOf(evidence(['no', { 0: 255 }]), 'dog')).toEqual([]);
    expect(boxesOf(evidence(['cat', {}]), 'dog')).toEqual([]);
    expect(boxesOf(evidence(), 'dog')).toEqual([]);
  });
});

describe('subjectOf', () => {
  it.each([
    ['Where is the big dog?', 'big dog'],
    ["where's a cat", 'cat'],
    ['Please find the key!', 'key'],
    ['show me the house', 'house'],
    ['How many dogs?', 'dogs'],
    ['What is on the left?', 'What is on the left'],
  ])('%s -> %s', (question, subject) => expect(subjectOf(question)).toBe(subject));
});
