import { defineConfig } from 'vitest/config'
import { VitestReporter } from './scripts/reporters/vitest.ts'
import { MachinesEarly } from './test/order.ts'

// Time limits are there to end what hangs: no test may pass or fail by the speed of the machine.
export default defineConfig({
  test: {
    // A process per file: native modules and leaked handles of one file cannot touch another.
    pool: 'forks',
    // Two cores are what the smallest machine has that we promise to test on.
    maxWorkers: 2,
    setupFiles: ['test/generated.ts'],
    sequence: { sequencer: MachinesEarly },
    reporters: ['default', new VitestReporter()],
    projects: [
      {
        extends: true,
        test: { name: 'unit', include: ['test/unit/**/*.test.{ts,tsx}'], testTimeout: 60_000 },
      },
      {
        extends: true,
        test: {
          name: 'contract',
          include: ['test/contract/**/*.test.ts'],
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'integration',
          globalSetup: 'test/built.ts',
          include: ['test/integration/**/*.test.ts'],
          testTimeout: 240_000,
          // The first use of the lab's whole machine builds it (65 s and more) and boots it without KVM (35 s and more).
          hookTimeout: 900_000,
        },
      },
      {
        extends: true,
        // Minutes of bad luck, for scripts/soak alone: one at a time, so that what they measure is theirs.
        test: {
          name: 'soak',
          globalSetup: 'test/built.ts',
          include: ['test/soak/**/*.test.ts'],
          testTimeout: 1_800_000,
          hookTimeout: 300_000,
          maxWorkers: 1,
          disableConsoleIntercept: true,
        },
      },
    ],
  },
})
