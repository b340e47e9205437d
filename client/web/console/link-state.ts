/** What the page's own connection to the gateway is doing. Not to be taken for the line, which is the gateway's to the device. */
export type LinkState =
  | { state: 'connecting'; attempt: number }
  | { state: 'attached'; since: number }
  | { state: 'waiting'; attempt: number; retryAt: number; why: string }
  | { state: 'ended'; code: EndCode; message: string }

/** Why a link ended for good. `gone`: there is no such device, or none that this person may see. */
export type EndCode = 'revoked' | 'device-removed' | 'kicked' | 'gone' | 'signed-out'

/** The first is short since most drops are blinks; the most keeps a page left open overnight quiet and yet soon back. */
const firstMs = 500
const mostMs = 10_000

/** Delay in ms before the next attempt; `failures` counts from 1. Jitter takes up to half away, so that not all pages of a team come at once. */
export function retryDelay(failures: number, random: number): number {
  const full = Math.min(mostMs, firstMs * 2 ** Math.min(failures - 1, 20))
  return Math.max(firstMs, Math.round(full * (1 - random / 2)))
}
