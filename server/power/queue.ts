const ranks = ['order', 'look', 'list'] as const

/** A piece of work that waits for its turn. */
export interface Turn {
  /** An order, with all that is asked for it, goes before what somebody looks at, and that before what a list of devices asks. */
  for: (typeof ranks)[number]
  /** A far end of which one thing is asked at a time, by its address; undefined for an order, which waits for nobody's question. */
  alone: string | undefined
  /** Asked when its turn has come: what nobody wants any more is not begun. */
  wanted?: () => boolean
}

/** Resolves with undefined when the work was not begun, because nobody wanted it any more. */
export type PowerQueue = <T>(turn: Turn, work: () => Promise<T>) => Promise<T | undefined>

/** Runs at most `most` works at a time: by their ranks, those of one rank in the order they came, and one for an address. */
export function createPowerQueue(most: number): PowerQueue {
  const waiting: { turn: Turn; begin: () => Promise<void>; drop: () => void }[] = []
  const busy = new Set<string>()
  let running = 0

  const isFree = ({ alone }: Turn) => alone === undefined || !busy.has(alone)

  function next(): number {
    const found = ranks.map((rank) => waiting.findIndex(({ turn }) => turn.for === rank && isFree(turn)))
    return found.find((at) => at !== -1) ?? -1
  }

  function fill(): void {
    while (running < most) {
      const at = next()
      const one = waiting[at]
      if (one === undefined) return
      waiting.splice(at, 1)
      if (one.turn.wanted?.() === false) one.drop()
      else run(one)
    }
  }

  function run({ turn, begin }: (typeof waiting)[number]): void {
    running += 1
    if (turn.alone !== undefined) busy.add(turn.alone)
    begin().finally(() => {
      running -= 1
      if (turn.alone !== undefined) busy.delete(turn.alone)
      fill()
    })
  }

  return <T>(turn: Turn, work: () => Promise<T>) =>
    new Promise<T | undefined>((resolve, reject) => {
      waiting.push({ turn, begin: () => work().then(resolve, reject), drop: () => resolve(undefined) })
      fill()
    })
}
