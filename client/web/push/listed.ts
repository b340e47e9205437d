/** More than this makes an address too long for servers and people. */
const mostInAddress = 100

type Kept = Pick<Storage, 'getItem' | 'setItem'>

/** Ids or fingerprints as an address has them: with commas between, or, where they are many, a name under which this tab keeps them. */
export function listed(values: readonly string[], kept: Kept = sessionStorage): string {
  const text = values.join(',')
  if (values.length <= mostInAddress) return text
  const name = `many.${digest(text)}`
  kept.setItem(name, text)
  return name
}

/** Undefined when this tab does not know what the name stood for. */
export function unlisted(text: string, kept: Kept = sessionStorage): string[] | undefined {
  const whole = isName(text) ? kept.getItem(text) : text
  return whole === null ? undefined : [...new Set(whole.split(','))]
}

export const isName = (text: string): boolean => /^many\.[0-9a-z]{1,11}$/.test(text)

/** The same list has the same name, so that a page that is drawn again keeps nothing more. FNV-1a in 53 bits. */
function digest(text: string): string {
  let hash = 0xcbf29ce484222325n
  for (const letter of text) {
    hash = BigInt.asUintN(64, (hash ^ BigInt(letter.codePointAt(0) ?? 0)) * 0x100000001b3n)
  }
  return BigInt.asUintN(53, hash).toString(36)
}
