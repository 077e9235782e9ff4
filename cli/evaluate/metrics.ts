/**
 * The figures of an evaluation, from judged answers alone. Pure arithmetic; shares are from 0 to 1, and null where nothing
 * could be counted.
 */
export interface Judged {
  readonly type: string;
  readonly correct: boolean;
  readonly confidence: number;
  /** Only of yes/no questions: what was right, and what was said (undefined when neither). */
  readonly verdict?: { readonly expected: 'yes' | 'no'; readonly said: 'yes' | 'no' | undefined };
}

export interface Share {
  readonly n: number;
  readonly accuracy: number;
}

export interface YesNo {
  readonly precision: number | null;
  readonly recall: number | null;
  readonly f1: number | null;
}

const ratio = (part: number, whole: number): number | null => (whole === 0 ? null : part / whole);

export const accuracyOf = (judged: readonly Judged[]): number =>
  judged.filter(({ correct }) => correct).length / judged.length;

/** In order of the types' names. */
export function byType(judged: readonly Judged[]): Record<string, Share> {
  const groups = Map.groupBy(judged, ({ type }) => type);
  return Object.fromEntries(
    [...groups]
      .toSorted(([one], [other]) => (one < other ? -1 : 1))
      .map(([type, members]) => [type, { n: members.length, accuracy: accuracyOf(members) }]),
  );
}

/** "Yes" is the positive class; an answer that is neither counts as not saying yes. */
export function yesNo(judged: readonly Judged[]): YesNo {
  const verdicts = judged.flatMap(({ verdict }) => (verdict ? [verdict] : []));
  const saidYes = verdicts.filter(({ said }) => said === 'yes');
  const isYes = verdicts.filter(({ expected }) => expected === 'yes');
  const hits = saidYes.filter(({ expected }) => expected === 'yes').length;
  return {
    precision: ratio(hits, saidYes.length),
    recall: ratio(hits, isYes.length),
    f1: ratio(2 * hits, saidYes.length + isYes.length),
  };
}

/** Expected calibration error over bins of equal width (Guo et al. 2017, equation 3). */
export function calibrationError(judged: readonly Judged[], bins = 15): number {
  const groups = Map.groupBy(judged, ({ confidence }) => Math.min(bins - 1, Math.floor(confidence * bins)));
  let error = 0;
  for (const members of groups.values()) {
    const confidence = members.reduce((sum, member) => sum + member.confidence, 0) / members.length;
    error += (members.length / judged.length) * Math.abs(accuracyOf(members) - confidence);
  }
  return error;
}

/**
 * The largest share of questions, most confident first, whose error rate stays within `risk` (El-Yaniv and Wiener 2010).
 * Questions of one confidence stand or fall together: no threshold could part them.
 */
export function coverageAtRisk(judged: readonly Judged[], risk: number): number {
  const sorted = judged.toSorted((one, other) => other.confidence - one.confidence);
  let errors = 0;
  let covered = 0;
  for (const [index, { correct, confidence }] of sorted.entries()) {
    if (!correct) errors += 1;
    const count = index + 1;
    if (sorted[count]?.confidence !== confidence && errors <= risk * count) covered = count;
  }
  return covered / judged.length;
}
