import type { ConsoleSummary } from '../../server/contract/devices.ts'

/** The console of a device that is switched off and has never printed anything. */
export const silentConsole: ConsoleSummary = {
  line: { state: 'disabled', since: 0 },
  recording: { state: 'recording' },
  end: 0,
  lastLine: '',
  lastDataAt: null,
  viewers: [],
  writer: null,
  attention: null,
  login: { state: 'unknown' },
}
