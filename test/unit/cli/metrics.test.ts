/** Every expected figure here was worked out by hand. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  accuracyOf,
  byType,
  calibrationError,
  coverageAtRisk,
  type Judged,
  yesNo,
} from '../../../cli/evaluate/metrics.ts';
import { reportLines, reportOf } from '../../../cli/evaluate/report.ts';

const judged = (correct: boolean, confidence = 0.5, type = 'colour'): Judged => ({ type, correct, confidence });
const verdict = (expected: 'yes' | 'no', said: 'yes' | 'no' | undefined): Judged => ({
  type: 'is there',
  correct: expected === said,
  confidence: 0.5,
  verdict: { expected, said },
});

describe('accuracy', () => {
  it('over all and by type, in order of names', () => {
    const all = [judged(true), judged(false), judged(true, 0.5, 'a count'), judged(true)];
    expect(accuracyOf(all)).toBe(0.75);
    expect(Object.entries(byType(all))).toEqual([
      ['a count', { n: 1, accuracy: 1 }],
      ['colour', { n: 3, accuracy: 2 / 3 }],
    ]);
  });
});

describe('yes/no with yes as the positive class', () => {
  it('3 hits, 1 false alarm, 2 misses, one of them by saying neither', () => {
    const all = [
      ...[1, 2, 3].map(() => verdict('yes', 'yes')),
      verdict('no', 'yes'),
      verdict('yes', 'no'),
      verdict('yes', undefined),
      verdict('no', 'no'),
      judged(false),
    ];
    expect(yesNo(all)).toEqual({ precision: 3 / 4, recall: 3 / 5, f1: 6 / 9 });
  });

  it('has no figure where there is nothing to count', () => {
    expect(yesNo([judged(true)])).toEqual({ precision: null, recall: null, f1: null });
    expect(yesNo([verdict('no', 'no')])).toEqual({ precision: null, recall: null, f1: null });
    expect(yesNo([verdict('yes', 'no')])).toEqual({ precision: null, recall: 0, f1: 0 });
  });
});

describe('calibration error', () => {
  it('two bins: |1/2 - 0.9| of two questions and |1 - 0.6| of two', () => {
    const all = [judged(true, 0.9), judged(false, 0.9), judged(true, 0.6), judged(true, 0.6)];
    expect(calibrationError(all)).toBeCloseTo(0.5 * 0.4 + 0.5 * 0.4);
  });

  it('averages within a bin, and a confidence of 1 is in the last', () => {
    // 0.94 and 1 share the last of 15 bins (from 14/15 = 0.9333): accuracy 1/2, confidence 0.97.
    expect(calibrationError([judged(true, 1), judged(false, 0.94)])).toBeCloseTo(0.47);
    // 0.92 is in the bin before: (|1 - 1| + |0 - 0.92|) / 2.
    expect(calibrationError([judged(true, 1), judged(false, 0.92)])).toBeCloseTo(0.46);
  });

  it('is from 0 to 1', () => {
    const one = fc.record({
      type: fc.constant('x'),
      correct: fc.boolean(),
      confidence: fc.double({ min: 0, max: 1, noNaN: true }),
    });
    fc.assert(
      fc.property(fc.array(one, { minLength: 1 }), (all) => {
        const error = calibrationError(all);
        expect(error >= 0 && error <= 1).toBe(true);
      }),
    );
  });
});

describe('coverage at risk', () => {
  const right = (confidence: number) => judged(true, confidence);
  const wrong = (confidence: number) => judged(false, confidence);

  it('takes the most confident first, whatever their order', () => {
    // Right, right, wrong, right: errors 0/1, 0/2, 1/3, 1/4.
    const all = [right(0.6), wrong(0.7), right(0.9), right(0.8)];
    expect([0, 0.1, 0.25, 0.3, 0.34].map((risk) => coverageAtRisk(all, risk))).toEqual([0.5, 0.5, 1, 1, 1]);
  });

  it('is the largest share, also when the risk was higher on the way', () => {
    const all = [wrong(0.99), ...Array.from({ length: 19 }, (_, index) => right(0.9 - index / 100))];
    expect([0.01, 0.05, 0.1].map((risk) => coverageAtRisk(all, risk))).toEqual([0, 1, 1]);
  });

  it('does not part questions of one confidence', () => {
    const all = [right(0.9), right(0.8), right(0.8), wrong(0.8)];
    expect([0.01, 0.25].map((risk) => coverageAtRisk(all, risk))).toEqual([0.25, 1]);
  });
});

describe('the report', () => {
  const report = reportOf('tiny', [verdict('yes', 'yes'), judged(false, 0.5)], 3);

  it('has exactly the agreed shape', () => {
    expect(report).toEqual({
      model: 'tiny',
      n: 2,
      accuracy: 0.5,
      byType: { colour: { n: 1, accuracy: 0 }, 'is there': { n: 1, accuracy: 1 } },
      yesNo: { precision: 1, recall: 1, f1: 1 },
      ece: 0,
      coverageAtRisk: { '0.01': 0, '0.05': 0, '0.1': 0 },
      secondsPerQuestion: 1.5,
    });
  });

  it('says the same in lines', () => {
    const text = reportLines(report).join('\n');
    expect(text).toMatch(/tiny on 2 questions/);
    expect(text).toMatch(/accuracy +50\.0 %/);
    expect(text).toMatch(/is there +100\.0 % {2}of 1/);
    expect(text).toMatch(/0\.0 % at 1 % risk/);
    expect(text).toMatch(/1500\.0 ms a question/);
  });
});
