/** The test projects, by what they need. A project whose need is missing fails; nothing is skipped. */
import { defineConfig } from 'vitest/config';

const project = (name: string, testTimeout: number, extra: object = {}) => ({
  test: { name, include: [`test/${name}/**/*.test.ts`], testTimeout, hookTimeout: 60_000, ...extra },
});

export default defineConfig({
  test: {
    maxWorkers: 2,
    reporters: ['default', './test/support/closing-line-reporter.ts'],
    projects: [
      project('unit', 5_000),
      project('store', 30_000),
      project('hub', 60_000),
      project('redis', 60_000),
      project('golden', 60_000),
      project('discord', 60_000),
      project('browser', 120_000),
      project('commands', 180_000),
      project('reliability', 180_000),
    ],
  },
});
