import { type AuditAction, type AuditEntry, auditEntry } from '../contract/audit.ts'
import type { AuditRow } from '../store/audit.ts'

/** Who did it: a user as they are called now, the gateway itself, or an unknown visitor. */
export interface Actor {
  id: string | null
  /** The user's e-mail. */
  name: string
  /** IP address they came from. */
  address: string | null
}

export const gatewayItself: Actor = { id: null, name: 'gateway', address: null }

/** One act to be recorded. */
export interface Act {
  action: AuditAction
  by: Actor
  projectId?: string | null
  deviceId?: string | null
  /** Name of the device, project or user acted on, as it is now. */
  target?: string | null
  /** What else is worth knowing. A Secret does not fit in, and its `reveal()` has no business here. */
  detail?: Detail
}

export type Detail = Record<string, string | number | boolean | null>

const detailLimits = { entries: 32, textLength: 500 }

/** An act as a row that has no place in the chain yet. `at` is in milliseconds since the epoch. */
export function rowOf(act: Act, at: number): Omit<AuditRow, 'seq' | 'previous' | 'hash'> {
  return {
    at,
    action: act.action,
    actorId: act.by.id,
    actor: bounded(act.by.name),
    address: act.by.address,
    projectId: act.projectId ?? null,
    deviceId: act.deviceId ?? null,
    target: act.target === undefined || act.target === null ? null : bounded(act.target),
    detail: printDetail(act.detail ?? {}),
  }
}

/** A row as people read it. One that somebody has meddled with must not hide the others: it is shown as what it is. */
export function entryOf({ previous: _, detail, ...row }: AuditRow): AuditEntry {
  try {
    return auditEntry.parse({ ...row, detail: JSON.parse(detail) })
  } catch {
    return { ...row, action: 'audit.broken', detail: { found: 'this entry is not as the gateway wrote it' } }
  }
}

/** `detail` as it is stored: JSON, at most so many entries, long texts cut. */
function printDetail(detail: Detail): string {
  const entries = Object.entries(detail).slice(0, detailLimits.entries)
  return JSON.stringify(
    Object.fromEntries(
      entries.map(([key, value]) => [bounded(key), typeof value === 'string' ? bounded(value) : value]),
    ),
  )
}

/** A text as the database gives it back: at most 500 characters, and well-formed, since UTF-8 has no lone surrogates. */
function bounded(text: string): string {
  const { textLength } = detailLimits
  return (text.length > textLength ? `${text.slice(0, textLength - 1)}…` : text).toWellFormed()
}
