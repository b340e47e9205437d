/** Between whoever types and the machine: from a certain key on, nothing goes through until it is mended. */
export interface CutWire {
  /** For the lab's machine. */
  typed(bytes: Buffer): Uint8Array
  /** Cuts at the first key with which `until` is true of what was typed from now on; resolves when it is pressed. It is lost too. */
  cutAt(until: (typed: string) => boolean): Promise<void>
  mend(): void
}

const none = new Uint8Array()

export function cutWire(): CutWire {
  let said = ''
  let cut = false
  let wanted: { until: (typed: string) => boolean; pressed: () => void } | undefined
  return {
    typed(bytes) {
      if (cut) return none
      said += bytes.toString('latin1')
      if (wanted?.until(said) !== true) return bytes
      cut = true
      wanted.pressed()
      return none
    },
    cutAt(until) {
      said = ''
      cut = false
      return new Promise((resolve) => {
        wanted = { until, pressed: resolve }
      })
    },
    mend() {
      cut = false
      wanted = undefined
    },
  }
}
