/** The shipped weights answer held-out scenes as well as first light asks; int8 costs at most a stated bound. */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../../', import.meta.url));
/** Half a point on the full sets (training/README.md); on a few hundred questions one answer is a third of a point. */
const INT8_BOUND = 0.02;

async function accuracy(dtype: string): Promise<number> {
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['cli/main.ts', 'evaluate', '--data', 'test/golden/held-out', '--json'],
    { cwd: root, env: { ...process.env, MODEL_DTYPE: dtype } },
  );
  return (JSON.parse(stdout) as { accuracy: number }).accuracy;
}

describe('held-out scenes', () => {
  it('are answered by the shipped weights, in int8 as in fp32', async () => {
    const [shipped, fp32, q8] = [await accuracy(''), await accuracy('fp32'), await accuracy('q8')];
    expect(shipped).toBeGreaterThanOrEqual(0.8);
    expect(fp32 - q8).toBeLessThanOrEqual(INT8_BOUND);
  });
});
