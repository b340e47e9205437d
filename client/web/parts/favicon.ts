import { useEffect } from 'react'

/** The tab's icon, with a dot while something wants attention: a tab among thirty is seen by nothing else. */
export function useFavicon(attention: boolean): void {
  useEffect(() => {
    setIcon(attention ? '/favicon-attention.svg' : '/favicon.svg')
    return () => setIcon('/favicon.svg')
  }, [attention])
}

function setIcon(address: string): void {
  const link = document.querySelector<HTMLLinkElement>('link[rel="icon"]')
  // Setting it again would make the browser fetch it again.
  if (link && link.getAttribute('href') !== address) link.setAttribute('href', address)
}

/** `(2) Devices · Lifeline`: how many want attention stands first, where a narrow tab still shows it. */
export function tabTitle(title: string, wanting = 0): string {
  return `${wanting > 0 ? `(${wanting}) ` : ''}${title} · Lifeline`
}
