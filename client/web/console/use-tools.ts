import { useState } from 'react'
import { tellFailure } from '../parts/tell.ts'
import { useFullScreen } from '../shell/bare.ts'
import { toggleFullScreen } from './own-window.ts'
import { setSwitch, useSwitch } from './preferences.ts'
import type { Shortcut } from './shortcuts.ts'
import type { Live } from './use-console.ts'
import type { Font } from './use-font.ts'
import type { Search } from './use-search.ts'
import { useShortcuts } from './use-shortcuts.ts'

/** The page's tools, and which of them are open. */
export interface Tools {
  search: Search
  sysRq: boolean
  setSysRq(opened: boolean): void
  /** A reboot by SysRq goes on, step by step. */
  guide: boolean
  startGuide(): void
  stopGuide(): void
  keys: boolean
  setKeys(opened: boolean): void
  /** Somebody is asked with which password a login is to be checked. */
  loginCheck: boolean
  setLoginCheck(opened: boolean): void
  /** The list of links in sight. */
  links: boolean
  setLinks(opened: boolean): void
  keyRow: boolean
  setKeyRow(on: boolean): void
  fullScreen: boolean
  toggleFullScreen(): void
}

interface Needs {
  live: Live | null
  box: HTMLElement | null
  font: Font
  search: Search
}

export function useTools({ live, box, font, search }: Needs): Tools {
  const [sysRq, setSysRq] = useState(false)
  const [guide, setGuide] = useState(false)
  const [keys, setKeys] = useState(false)
  const [loginCheck, setLoginCheck] = useState(false)
  const [links, setLinks] = useState(false)
  const [keyRow, setKeyRow] = useKeyRow()
  const fullScreen = useFullScreen()
  const fill = () =>
    toggleFullScreen().catch((error: unknown) => tellFailure('The browser did not allow full screen', error))
  const does: Record<Shortcut, () => void> = {
    search: search.open,
    'full-screen': fill,
    sysrq: () => setSysRq(!sysRq),
    links: () => setLinks(true),
    newest: () => live?.terminal.toNewest(),
    larger: () => font.step(1),
    smaller: () => font.step(-1),
    fit: () => font.set('fit'),
    keys: () => setKeys(true),
  }
  useShortcuts((shortcut) => does[shortcut](), box)
  return {
    search,
    sysRq,
    setSysRq,
    guide,
    startGuide: () => setGuide(true),
    stopGuide: () => {
      setGuide(false)
      live?.terminal.focus()
    },
    keys,
    setKeys,
    loginCheck,
    setLoginCheck,
    links,
    setLinks,
    keyRow,
    setKeyRow,
    fullScreen,
    toggleFullScreen: fill,
  }
}

/** Shown on touch screens until somebody chooses. */
function useKeyRow(): [boolean, (on: boolean) => void] {
  const chosen = useSwitch('key-row')
  return [chosen ?? matchMedia('(pointer: coarse)').matches, (on) => setSwitch('key-row', on)]
}
