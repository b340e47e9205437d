import { id } from '../../../server/contract/common.ts'

/** Ids of devices as an address has them, with commas between: what is no id is left out, and nothing comes twice. */
export function idsIn(text = ''): string[] {
  return [...new Set(text.split(','))].filter((part) => id.safeParse(part).success)
}
