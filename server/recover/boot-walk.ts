import { Eyes } from '../operator/eyes.ts'
import type { Driver } from '../operator/jobs.ts'
import { type BootKey, type BootState, nextBootStep } from './boot-state.ts'

/** Looked again when nothing happens. */
const againMs = 500
const keys: Record<Exclude<BootKey, 'none' | 'end-and-addition'>, string> = {
  escape: '\x1b',
  menu: 'normal\r',
  edit: 'e',
  down: '\x0e',
  boot: '\x18',
}
const endOfLine = '\x05'
/** Discards what was edited, and boots the entry that the menu has chosen. */
const leaveEditor = ['\x1b', '\r']

export interface Walk {
  /** Restarts the machine. Called when the screen is being watched. */
  restart(): Promise<void>
  /** Goes no further than the line that was read back, and starts the machine as it was. */
  rehearsal: boolean
  moved(state: BootState): void
}

/**
 * From a restart to a root shell in init's place, by GRUB's editor. Ends in `shell`, in `refused`, or, rehearsing, in `booting` without
 * having booted. An entry that was edited and not booted is forgotten by GRUB. Throws Stopped.
 */
export async function walkToShell({ hands }: Driver, walk: Walk): Promise<BootState> {
  const { typist, screen } = hands
  const eyes = new Eyes(typist, screen)
  const press = async (text: string) => {
    eyes.pressed()
    await typist.type(Buffer.from(text, 'latin1'))
  }
  try {
    eyes.pressed()
    await walk.restart()
    for (let state: BootState = { at: 'catching', keys: 0 }; ; ) {
      const next = nextBootStep(state, await eyes.look())
      const rehearsed = walk.rehearsal && next.key === 'boot'
      if (next.state.at !== state.at && !rehearsed) walk.moved(next.state)
      const inEditor = state.at === 'seeking' || state.at === 'reading-back'
      state = next.state
      const over = state.at === 'refused' || rehearsed
      if (over && inEditor) for (const key of leaveEditor) await press(key)
      if (over || state.at === 'shell') return state
      if (next.key === 'none') await typist.heard(againMs)
      else if (next.key === 'end-and-addition') await press(endOfLine + addedIn(state))
      else await press(keys[next.key])
    }
  } finally {
    eyes.close()
  }
}

const addedIn = (state: BootState): string => (state.at === 'reading-back' ? state.added : '')
