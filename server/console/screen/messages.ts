import type { ScreenSize } from '../../contract/console.ts'
import type { Drawing, ScreenView } from './screen.ts'

/** To the thread of emulators. `id` names a terminal, `request` an answer that is waited for. */
export type ToEmulators =
  | { type: 'open'; id: number; size: ScreenSize }
  /** `asks`: the last byte ends a query that may be answered. */
  | { type: 'write'; id: number; bytes: Uint8Array; end: number; asks: boolean }
  | { type: 'resize'; id: number; size: ScreenSize }
  | { type: 'draw'; id: number; request: number }
  | { type: 'view'; id: number; request: number }
  | { type: 'close'; id: number }

export type FromEmulators =
  /** So many more bytes have been taken in. */
  | { type: 'parsed'; id: number; bytes: number }
  /** Still at work on what it was given. */
  | { type: 'busy'; id: number }
  /** The terminal is no more: it could not bear its bytes. */
  | { type: 'lost'; id: number; why: string }
  | { type: 'answer'; id: number; end: number; text: string }
  | { type: 'drawn'; id: number; request: number; drawing: Drawing | undefined }
  | { type: 'viewed'; id: number; request: number; view: ScreenView }
