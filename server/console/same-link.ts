import { isDeepStrictEqual } from 'node:util'
import type { ConsoleSpec } from './console.ts'

/** Whether a link made from one spec is as good as one made from the other. */
export function sameLink(a: ConsoleSpec, b: ConsoleSpec): boolean {
  return (
    a.enabled === b.enabled &&
    a.allowLocalTargets === b.allowLocalTargets &&
    isDeepStrictEqual(a.transport, b.transport) &&
    isDeepStrictEqual(revealed(a), revealed(b))
  )
}

function revealed({ secrets }: ConsoleSpec): (string | undefined)[] {
  return [secrets.password, secrets.privateKey, secrets.passphrase].map((secret) => secret?.reveal())
}
