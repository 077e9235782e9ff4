/** The shipped weights answer held-out scenes as well as their card says; int8 costs at most a stated bound. */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { loadModel } from '#inference/model-folder.ts';
import { FOLDER } from '#test/golden.ts';

const Share = z.object({ accuracy: z.number() });
const root = fileURLToPath(new URL('../../', import.meta.url));
/** Half a point on the full sets (training/README.md); on a few hundred questions one answer is a third of a point. */
const INT8_BOUND = 0.02;
/** Two standard errors of a share of 0.8 in the 240 questions of the set in the repository. */
const SAMPLING_ERROR = 0.052;

async function accuracy(dtype: string): Promise<number> {
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['cli/main.ts', 'evaluate', '--data', 'test/golden/held-out', '--json'],
    { cwd: root, env: { ...process.env, MODEL_DTYPE: dtype } },
  );
  return (JSON.parse(stdout) as { accuracy: number }).accuracy;
}

describe('held-out scenes', () => {
  it('are answered as well as the card claims, in int8 as in fp32', async () => {
    const { card } = await loadModel(FOLDER, { verify: false });
    const claimed = Share.parse(card.accuracy.heldOut).accuracy;
    const [shipped, fp32, q8] = [await accuracy(''), await accuracy('fp32'), await accuracy('q8')];
    expect(shipped).toBeGreaterThanOrEqual(claimed - SAMPLING_ERROR);
    expect(fp32 - q8).toBeLessThanOrEqual(INT8_BOUND);
  });
});
