import { randomBytes } from 'node:crypto'
import { textOf } from '../../../server/contract/public-key/clean-text.ts'
import { readPublicKey } from '../../../server/contract/public-key/read.ts'
import { fixtures } from '../../fixtures/keys/fixtures.ts'
import { names } from '../contenders/contender.ts'
import { lifeline } from '../contenders/lifeline.ts'
import type { OneByOne } from './scenario.ts'

const rounds = 2000
const MB = 1024 * 1024

const measure = 'public keys read on one core: Ed25519, ECDSA P-256 and RSA-3072 in turns (1/s)'
const refusal = '1 MB of random bytes refused (ms)'

/** The reader of public keys alone, in this process. */
export const keysParse: OneByOne = {
  name: 'keys-parse',
  contenders: [lifeline()],
  goals: [
    { measure, contender: names.lifeline, atLeast: 10_000 },
    { measure: refusal, contender: names.lifeline, atMost: 50 },
  ],
  async measure() {
    const lines = ['ed25519', 'p256', 'rsa'].map(lineOf)
    const junk = textOf(randomBytes(MB))
    // Once for the compiler.
    keysPerSecond(lines)
    for (let time = 0; time < 5; time += 1) readPublicKey(junk)
    const refusedMs = cpuMs(() => {
      if (readPublicKey(junk).ok) throw new Error('Random bytes were taken for a key.')
    })
    return { [measure]: keysPerSecond(lines), [refusal]: refusedMs }
  },
}

function lineOf(name: string): string {
  const fixture = fixtures.find(({ file }) => file === `good/${name}.pub`)
  if (!fixture) throw new Error(`There is no key ${name} among the fixtures.`)
  return textOf(fixture.bytes)
}

function keysPerSecond(lines: string[]): number {
  const tookMs = cpuMs(() => {
    for (let round = 0; round < rounds; round += 1) {
      for (const line of lines) if (!readPublicKey(line).ok) throw new Error('A key was refused.')
    }
  })
  return (rounds * lines.length) / (tookMs / 1000)
}

/** Processor time, kernel's part included: what one core could do alone. */
function cpuMs(work: () => void): number {
  const before = process.cpuUsage()
  work()
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1000
}
