import { useDocumentTitle } from '@mantine/hooks'
import { useEffect, useState } from 'react'
import type { Device } from '../../../server/contract/devices.ts'
import { gatewayNow } from '../api/gateway-clock.ts'
import type { StateWords } from './state-words.ts'
import { newAlarm, tabIcon, tabTitle } from './tab-signs.ts'

export interface Tab {
  /** The device printed something. */
  printed(): void
  rang(): void
}

interface News {
  printed: boolean
  rang: boolean
}

const none: News = { printed: false, rang: false }

/** What came while nobody looked at this tab. */
export function useNews(): { news: News; unseenSince: number | null; tab: Tab } {
  const [news, setNews] = useState(none)
  const [unseenSince, setUnseenSince] = useState(() => (document.hidden ? gatewayNow() : null))
  useEffect(() => {
    const look = () => {
      setUnseenSince(document.hidden ? gatewayNow() : null)
      if (!document.hidden) setNews(none)
    }
    document.addEventListener('visibilitychange', look)
    return () => document.removeEventListener('visibilitychange', look)
  }, [])
  const note = (kind: keyof News) => {
    if (document.hidden) setNews((before) => (before[kind] ? before : { ...before, [kind]: true }))
  }
  return { news, unseenSince, tab: { printed: () => note('printed'), rang: () => note('rang') } }
}

/** Names the tab and draws its icon, so that among thirty of them the right one is found. */
export function useTab(
  device: Device,
  { tone, word }: StateWords,
  { news, unseenSince }: ReturnType<typeof useNews>,
): void {
  const signs = { tone, word, ...news, alarm: newAlarm(device.console.attention, unseenSince) }
  useDocumentTitle(tabTitle(device.name, signs))
  const icon = tabIcon(signs)
  useEffect(() => setIcon(icon), [icon])
  useEffect(() => () => setIcon('/favicon.svg'), [])
}

function setIcon(address: string): void {
  document.querySelector('link[rel="icon"]')?.setAttribute('href', address)
}
