/** The figures of a run, as an object for programs and as lines for people. */
import { percent } from '../terminal.ts';
import {
  accuracyOf,
  byType,
  calibrationError,
  coverageAtRisk,
  type Judged,
  type Share,
  type YesNo,
  yesNo,
} from './metrics.ts';

const RISKS = ['0.01', '0.05', '0.1'] as const;

export interface EvaluationReport {
  readonly model: string;
  readonly n: number;
  readonly accuracy: number;
  readonly byType: Readonly<Record<string, Share>>;
  readonly yesNo: YesNo;
  readonly ece: number;
  readonly coverageAtRisk: Readonly<Record<(typeof RISKS)[number], number>>;
  readonly secondsPerQuestion: number;
}

export function reportOf(model: string, judged: readonly Judged[], seconds: number): EvaluationReport {
  return {
    model,
    n: judged.length,
    accuracy: accuracyOf(judged),
    byType: byType(judged),
    yesNo: yesNo(judged),
    ece: calibrationError(judged),
    coverageAtRisk: {
      '0.01': coverageAtRisk(judged, 0.01),
      '0.05': coverageAtRisk(judged, 0.05),
      '0.1': coverageAtRisk(judged, 0.1),
    },
    secondsPerQuestion: seconds / judged.length,
  };
}

const shareOrNone = (share: number | null): string => (share === null ? 'none' : percent(share, 1));

export function reportLines(report: EvaluationReport): readonly string[] {
  const width = Math.max(...Object.keys(report.byType).map(({ length }) => length + 2), 'calibration error'.length) + 2;
  const row = (name: string, value: string) => `${name.padEnd(width)}${value}`;
  const { precision, recall, f1 } = report.yesNo;
  return [
    `${report.model} on ${report.n} questions`,
    '',
    row('accuracy', percent(report.accuracy, 1).padStart(7)),
    ...Object.entries(report.byType).map(([type, { n, accuracy }]) =>
      row(`  ${type}`, `${percent(accuracy, 1).padStart(7)}  of ${n}`),
    ),
    '',
    row('yes/no', `precision ${shareOrNone(precision)}, recall ${shareOrNone(recall)}, F1 ${shareOrNone(f1)}`),
    row('calibration error', `${percent(report.ece, 1)} (ECE, 15 bins)`),
    row(
      'coverage',
      RISKS.map((risk) => `${percent(report.coverageAtRisk[risk], 1)} at ${percent(Number(risk))} risk`).join(', '),
    ),
    row('time', `${(report.secondsPerQuestion * 1000).toFixed(1)} ms a question`),
  ];
}
