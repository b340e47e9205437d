/** A piece of work that waits for its turn. */
export interface Turn {
  /** Somebody waits for just this: it goes before what a list of devices asks. */
  urgent: boolean
  /** A far end of which one thing is asked at a time, by its address; undefined for an order, which waits for nobody's question. */
  alone: string | undefined
  /** Asked when its turn has come: what nobody wants any more is not begun. */
  wanted?: () => boolean
}

/** Resolves with undefined when the work was not begun, because nobody wanted it any more. */
export type PowerQueue = <T>(turn: Turn, work: () => Promise<T>) => Promise<T | undefined>

/** Runs at most `most` works at a time: the urgent ones first, each kind in the order it came, and one for an address. */
export function createPowerQueue(most: number): PowerQueue {
  const waiting: { turn: Turn; begin: () => Promise<void>; drop: () => void }[] = []
  const busy = new Set<string>()
  let running = 0

  const isFree = ({ alone }: Turn) => alone === undefined || !busy.has(alone)

  function next(): number {
    const urgent = waiting.findIndex(({ turn }) => turn.urgent && isFree(turn))
    return urgent === -1 ? waiting.findIndex(({ turn }) => isFree(turn)) : urgent
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
