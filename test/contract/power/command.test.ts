import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { commandPower } from '../../../server/power/command.ts'
import { accessTo, powerContract } from './contract.ts'

const sh = (script: string, ...more: string[]) => ['/bin/sh', '-c', script, 'sh', ...more]
const control = (status: string[], steps = {}) => ({ kind: 'command' as const, status, steps })

powerContract('command', {
  driver: commandPower,
  async start() {
    const folder = await mkdtemp(join(tmpdir(), 'lifeline-power-'))
    const running = join(folder, 'running')
    return {
      // The words of `virsh domstate`.
      control: control(sh('if [ -e "$1" ]; then echo running; else echo "shut off"; fi', running), {
        on: ['touch', running],
        off: ['rm', running],
        reset: ['true'],
      }),
      isOn: () => existsSync(running),
      close: () => rm(folder, { recursive: true }),
    }
  },
  refusals: [
    { name: 'a program that is not there', control: control(['/no/such/program']), code: 'program-missing' },
    { name: 'one that fails', control: control(sh('echo no >&2; exit 3')), code: 'program-ended' },
    { name: 'one whose words mean nothing', control: control(sh('echo maybe on')), code: 'protocol' },
  ],
  takes: ['reset'],
  lacks: ['nmi', 'boot-pxe'],
})

it.each([
  ['on', 'on running Running up active started', 'powered on', 'poweredOn'],
  ['off', 'off shutoff down stopped inactive terminated', 'shut off', 'powered off', 'poweredOff'],
])('the words for %s', async (power, words, ...others) => {
  for (const word of [...words.split(' '), ...others]) {
    const said = await commandPower.status(accessTo({ control: control(['printf', `${word}\\n`]) }))
    expect([word, said]).toEqual([word, power])
  }
})
