import { limits } from '../contract/limits.ts'

const kib = 1024
const mib = 1024 * kib

/** What one console keeps of what it printed. Sizes in bytes as the device printed them, before compression. */
export interface HistorySettings {
  /** Size at which a segment is closed, and compressed later. */
  segmentBytes: number
  /** Newest bytes held in memory while somebody watches, so that viewers catch up without the disk. */
  ringBytes: number
  /** All of one console's history; the oldest segments go first. */
  maxBytes: number
  /** Segments whose last byte is older than this go. */
  maxAgeDays: number
}

export interface ConsoleSettings {
  history: HistorySettings
  viewersPerConsole: number
  /** Different consoles one user may be attached to at the same time. */
  consolesPerUser: number
  inputBytesPerSecond: number
}

export const defaultHistorySettings: HistorySettings = {
  segmentBytes: 8 * mib,
  ringBytes: 256 * kib,
  maxBytes: 1024 * mib,
  maxAgeDays: 90,
}

export const defaultConsoleSettings: ConsoleSettings = {
  history: defaultHistorySettings,
  viewersPerConsole: limits.viewersPerConsole,
  consolesPerUser: limits.consolesPerUser,
  inputBytesPerSecond: limits.inputBytesPerSecond,
}
