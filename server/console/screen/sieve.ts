import { isUnseen } from './unseen.ts'

const esc = 0x1b
const can = 0x18
const sub = 0x1a
const bell = 0x07
/** Longer than any real one: 32 parameters, as many as the emulator knows, of 5 digits. */
const mostControl = 256
/** Of a control string: a colour or a capability that is asked for is much shorter, and pictures are not drawn here. */
const mostString = 4096
/** Marks on one character. More than a few is somebody who wants our memory. */
const mostMarks = 8

/** Control functions that are sent with one character of U+0080 to U+009F as well, and what the emulator knows of them as ESC. */
const c1Known = new Set([0x84, 0x85, 0x88, 0x90, 0x98, 0x9b, 0x9c, 0x9d, 0x9e, 0x9f])
/** Finals whose parameters are no counts or places, but names: of modes, colours, reports. */
const named = new Set(Array.from('hlmncptq', (letter) => letter.charCodeAt(0)))
const repeat = 0x62
/** Finals that move lines, one at a time. */
const lines = new Set(Array.from('LMST', (letter) => letter.charCodeAt(0)))

type State = 'text' | 'letter' | 'escape' | 'intermediate' | 'control' | 'overlong' | 'string'

/**
 * Makes hostile bytes cheap for the emulator and leaves honest ones as they are: counts that loop for as long as a device says, control
 * strings of any length, marks without end. What comes out draws the same screen.
 */
export class Sieve {
  #rows: number
  #cols: number
  #state: State = 'text'
  /** Bytes of a sequence, or of a letter in UTF-8, that is not complete yet. */
  #unfinished = 0
  #held: number[] = []
  #code = 0
  #missing = 0
  #marks = 0
  #endsWithBell = false
  #length = 0
  #mayBeC1 = false
  #out = new Uint8Array(0)
  #at = 0

  constructor(size: { rows: number; cols: number }) {
    this.#rows = size.rows
    this.#cols = size.cols
  }

  /** How many of the last bytes have had no effect yet: they begin something. */
  get unfinished(): number {
    return this.#unfinished
  }

  resize(size: { rows: number; cols: number }): void {
    this.#rows = size.rows
    this.#cols = size.cols
  }

  pass(bytes: Uint8Array): Uint8Array {
    // A letter may come out as two bytes more than went in, and a held sequence comes out now.
    this.#out = new Uint8Array(bytes.length * 2 + mostControl + 8)
    this.#at = 0
    for (const byte of bytes) {
      this.#unfinished += 1
      this.#receive(byte)
      if (this.#state === 'text') this.#unfinished = 0
    }
    return this.#out.subarray(0, this.#at)
  }

  /** A C1 control interrupts whatever it stands in, as ESC does; in UTF-8 it is two bytes, of which the first is held back. */
  #receive(byte: number): void {
    if (this.#mayBeC1) {
      this.#mayBeC1 = false
      if (byte >= 0x80 && byte <= 0x9f) {
        this.#state = 'text'
        if (!c1Known.has(byte)) this.#emit(can)
        this.#c1(byte)
        return
      }
      this.#take(0xc2)
    }
    if (byte === 0xc2 && this.#state !== 'text' && this.#state !== 'letter') this.#mayBeC1 = true
    else this.#take(byte)
  }

  #take(byte: number): void {
    switch (this.#state) {
      case 'text':
        this.#text(byte)
        break
      case 'letter':
        this.#letter(byte)
        break
      case 'string':
        this.#string(byte)
        break
      case 'control':
      case 'overlong':
        this.#control(byte)
        break
      default:
        this.#escape(byte)
    }
  }

  #emit(byte: number): void {
    this.#out[this.#at] = byte
    this.#at += 1
  }

  #text(byte: number): void {
    if (byte >= 0xc2 && byte < 0xf5) {
      this.#state = 'letter'
      this.#held = [byte]
      this.#missing = byte < 0xe0 ? 1 : byte < 0xf0 ? 2 : 3
      this.#code = byte & (0x3f >> this.#missing)
      return
    }
    this.#state = byte === esc ? 'escape' : 'text'
    this.#marks = 0
    this.#emit(byte)
  }

  #letter(byte: number): void {
    if ((byte & 0xc0) !== 0x80) {
      for (const held of this.#held) this.#emit(held)
      this.#state = 'text'
      this.#unfinished = 1
      this.#text(byte)
      return
    }
    this.#held.push(byte)
    this.#code = (this.#code << 6) | (byte & 0x3f)
    this.#missing -= 1
    if (this.#missing > 0) return
    this.#state = 'text'
    if (this.#code >= 0x80 && this.#code <= 0x9f && this.#held.length === 2) {
      this.#c1(this.#code)
      return
    }
    this.#marks = isLetter(this.#code, this.#held.length) && isUnseen(this.#code) ? this.#marks + 1 : 0
    if (this.#marks <= mostMarks) for (const held of this.#held) this.#emit(held)
  }

  #c1(code: number): void {
    if (!c1Known.has(code)) return
    this.#emit(esc)
    this.#state = 'escape'
    this.#escape(code - 0x40)
  }

  #escape(byte: number): void {
    if (this.#interrupted(byte)) return
    if (byte === 0x5b && this.#state === 'escape') {
      this.#state = 'control'
      this.#held = []
      return
    }
    this.#emit(byte)
    if (byte < 0x20 || byte === 0x7f) return
    const begins = this.#state === 'escape' && [0x5d, 0x50, 0x58, 0x5e, 0x5f].includes(byte)
    this.#state = begins ? 'string' : byte < 0x30 ? 'intermediate' : 'text'
    this.#endsWithBell = byte === 0x5d
    this.#length = 0
  }

  /** ESC begins anew from anywhere; CAN and SUB end whatever it is. */
  #interrupted(byte: number): boolean {
    if (byte !== esc && byte !== can && byte !== sub) return false
    this.#emit(byte)
    this.#state = byte === esc ? 'escape' : 'text'
    if (byte === esc) this.#unfinished = 1
    return true
  }

  #control(byte: number): void {
    if (this.#interrupted(byte)) return
    // Carried out at once, in the middle of the sequence.
    if (byte < 0x20) this.#emit(byte)
    if (byte < 0x20 || byte === 0x7f) return
    if (byte < 0x40) {
      if (this.#held.length < mostControl) this.#held.push(byte)
      else this.#state = 'overlong'
      return
    }
    if (this.#state === 'overlong') this.#emit(can)
    else this.#emitControl(byte)
    this.#state = 'text'
    // No sequence has such a byte: the emulator gives it up.
    if (byte >= 0x80) this.#text(byte)
  }

  #emitControl(final: number): void {
    this.#emit(0x5b)
    const first = this.#held[0] ?? 0
    const plain = first < 0x3c || first > 0x3f
    if (plain && !named.has(final)) this.#emitClamped(this.#most(final))
    else for (const held of this.#held) this.#emit(held)
    if (final < 0x80) this.#emit(final)
  }

  #emitClamped(most: number): void {
    const text = String.fromCharCode(...this.#held)
    const clamped = text.replace(/\d+/g, (digits) => String(Math.min(most, Number(digits))))
    for (const letter of clamped) this.#emit(letter.charCodeAt(0))
  }

  /** More than this leads nowhere on a screen of this size. */
  #most(final: number): number {
    if (final === repeat) return this.#rows * this.#cols
    return lines.has(final) ? this.#rows : Math.max(this.#rows, this.#cols)
  }

  #string(byte: number): void {
    if (this.#interrupted(byte)) return
    const ends = byte === bell && this.#endsWithBell
    this.#length += 1
    if (this.#length > mostString && !ends) return
    this.#emit(byte)
    if (ends) this.#state = 'text'
  }
}

/** Whether so many bytes are the UTF-8 of a code point: none beyond the last, and none in more bytes than it needs (RFC 3629 section 3). */
function isLetter(code: number, bytes: number): boolean {
  const least = bytes === 2 ? 0x80 : bytes === 3 ? 0x800 : 0x10000
  return code >= least && code <= 0x10ffff
}
