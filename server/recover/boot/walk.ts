import { Eyes } from '../../operator/eyes.ts'
import type { Driver } from '../../operator/jobs.ts'
import type { Typist } from '../../operator/typist.ts'
import { loaders } from './loaders.ts'
import { nextBootStep } from './state.ts'
import type { BootKey, BootState, BootStep } from './step.ts'

/** Looked again when nothing happens. */
const againMs = 250
/**
 * GRUB draws a row anew for each character, which takes longer than the next one needs to come, and reads none meanwhile: no more than half
 * of a UART's receive FIFO is typed before it has drawn.
 */
const piece = 8
const drawnMs = 100
/** Eight rows at 9600 baud take a second; what prints for longer is no editor. */
const drawingMs = 3000
/** What brings a menu up, of whatever loader. */
const callKeys = { escape: '\x1b', menu: 'normal\r', tab: '\t' }
const editing: ReadonlySet<BootState['at']> = new Set(['seeking', 'reading', 'reading-back'])
/** A menu that is left is drawn again. */
const leftMs = 1000

export interface Walk {
  /** Restarts the machine. Called when the screen is being watched. */
  /** `begins` is called when what is printed from then on is the machine's start, where that is known. */
  restart(begins: () => void): Promise<void>
  /** Whether it may be restarted a second time: it needs nobody. */
  unattended: boolean
  /** Goes no further than the line that was read back, and starts the machine as it was. */
  rehearsal: boolean
  moved(state: BootState): void
}

/**
 * From a restart to a root shell in init's place, by the boot loader's editor. Ends in `shell`, in `refused`, or, rehearsing, in `booting` without
 * having booted. An entry that was edited and not booted is forgotten by its loader. Throws Stopped.
 */
export async function walkToShell({ hands }: Driver, walk: Walk): Promise<BootState> {
  const { typist, screen } = hands
  const { clock } = typist.keyboard
  const eyes = new Eyes(typist, screen)
  const press = async (text: string) => {
    eyes.pressed()
    await typist.type(Buffer.from(text, 'latin1'))
  }
  const pressPieces = async (text: string) => {
    for (let at = 0; at < text.length; at += piece) {
      await press(text.slice(at, at + piece))
      const most = clock.monotonic() + drawingMs
      while ((await typist.heard(drawnMs)) && clock.monotonic() < most);
    }
  }
  try {
    eyes.pressed()
    await walk.restart(() => eyes.pressed())
    const begun = { keys: 0, spoke: false, unseen: null, again: walk.unattended }
    for (let state: BootState = { at: 'catching', ...begun }; ; ) {
      const next = nextBootStep(state, await eyes.look())
      const rehearsed = walk.rehearsal && next.key === 'boot'
      if ((next.state.at !== state.at || next.key === 'restart') && !rehearsed) walk.moved(next.state)
      const before = state
      state = next.state
      const over = state.at === 'refused' || rehearsed
      if (over) await leave(before, press, typist)
      if (over || state.at === 'shell') return state
      if (next.key === 'none') await typist.heard(againMs)
      else if (next.key === 'restart') await restartPressing(walk, typist, press)
      else if (next.key === 'addition') await pressPieces(addedIn(state))
      else await press(typedFor(before, next))
    }
  } finally {
    eyes.close()
  }
}

/** Discards what was edited: the machine boots what its loader would have booted. */
async function leave(
  state: BootState,
  press: (text: string) => Promise<void>,
  typist: Typist,
): Promise<void> {
  if (!editing.has(state.at) || !('loader' in state)) return
  for (const key of loaders[state.loader].keys.leave) {
    await press(key)
    await typist.heard(leftMs)
  }
}

function typedFor(before: BootState, { state, key }: BootStep): string {
  const loader = 'loader' in state ? state.loader : 'loader' in before ? before.loader : undefined
  const keys: Partial<Record<BootKey, string | undefined>> =
    loader === undefined ? callKeys : loaders[loader].keys
  return keys[key] ?? ''
}

/** A boot loader may be there before the power control answers. */
async function restartPressing(
  walk: Walk,
  typist: Typist,
  press: (text: string) => Promise<void>,
): Promise<void> {
  let over = false
  const restarted = walk
    .restart(() => undefined)
    .finally(() => {
      over = true
    })
  try {
    while (!over) {
      await press(callKeys.escape)
      await typist.pause(againMs)
    }
  } finally {
    await restarted
  }
}

const addedIn = (state: BootState): string => (state.at === 'reading-back' ? state.added : '')
