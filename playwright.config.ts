import { defineConfig } from '@playwright/test'

export default defineConfig({
  testDir: 'test/e2e',
  globalSetup: './test/built.ts',
  outputDir: 'test-results',
  reporter: [['list'], ['./scripts/reporters/playwright.ts']],
  // One after the other: Chromium without a graphics card fills two cores by itself, and two side by side took longer than one by one.
  workers: 1,
  forbidOnly: true,
  timeout: 240_000,
  expect: { timeout: 30_000 },
  use: {
    browserName: 'chromium',
    screenshot: 'only-on-failure',
    // Recording takes a fifth of the time; who looks for a cause asks for it with --trace retain-on-failure.
    trace: 'off',
    launchOptions: {
      executablePath: process.env.LIFELINE_CHROMIUM ?? '/usr/bin/chromium',
      args: [
        // The tests run as root, in containers without user namespaces and without a GPU.
        '--no-sandbox',
        '--disable-gpu',
        // Nothing but the gateway may be asked for anything: a page that needs more would pass by accident.
        '--disable-quic',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
      ],
    },
  },
})
