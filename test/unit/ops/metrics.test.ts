import { describe, expect, it } from 'vitest';
import { createMetrics } from '#ops/metrics.ts';
import { anAnswer } from '#test/asks.ts';

describe('createMetrics', () => {
  it('counts what ended, and times the stages of answers', async () => {
    const metrics = createMetrics();
    const timings = { queued: 2, preprocess: 3, batched: 1, encode: 4, decode: 6, total: 16 };
    metrics.record({ ok: true, answer: { ...anAnswer('request-1'), cache: 'features', timings } });
    metrics.record({ ok: false, code: 'deadline_passed' });
    const text = await metrics.registry.metrics();
    expect(text).toContain('sightline_asks_total{outcome="ok"} 1');
    expect(text).toContain('sightline_asks_total{outcome="deadline_passed"} 1');
    expect(text).toContain('sightline_answers_total{cache="features"} 1');
    expect(text).toContain('sightline_stage_seconds_sum{stage="total"} 0.016');
  });
});
