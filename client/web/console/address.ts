/** An address that a device printed, as what it is. */
export interface Address {
  /** As the browser would open it. */
  href: string
  /** Where it leads, in ASCII: letters of other scripts that look like ours show as `xn--`. */
  host: string
  /** What stands on the screen; null when that is the address itself. */
  label: string | null
  /** Whether what is read and where it leads may differ: then a person must see the address before it opens. */
  disguised: boolean
}

/** Null for everything that is not http or https. */
export function readAddress(text: string, label: string | null = null): Address | null {
  const url = URL.parse(text)
  if (!url || (url.protocol !== 'http:' && url.protocol !== 'https:')) return null
  const misleads = url.username !== '' || url.password !== '' || url.host.includes('xn--')
  return { href: url.href, host: url.host, label, disguised: label !== null || misleads }
}

/** In a tab of its own that knows nothing of this one. */
export function openAddress({ href }: Address): void {
  window.open(href, '_blank', 'noopener,noreferrer')
}
