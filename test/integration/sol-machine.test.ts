import { createHash } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { solGateway, solTarget } from '../contract/transports/open-sol.ts'
import { type Opened, open } from '../contract/transports/opened.ts'
import { ipmitool } from '../lab/ipmitool.ts'
import { type LabMachine, machineNeeds, startLabMachine } from '../lab/machine.ts'

/** Emulated and on a busy machine; only what hangs comes near it. */
const bootMs = 300_000
const timeout = 2 * bootMs
const patient = { timeout: bootMs, interval: 50 }

const needs = await machineNeeds()

// One machine for the whole file: each test begins where the one before it ended.
describe.skipIf(needs !== undefined)(
  needs === undefined ? 'a whole machine over SOL' : `a whole machine over SOL (needs ${needs})`,
  () => {
    const heard: Buffer[] = []
    let folder: string
    let machine: LabMachine
    let console: Opened
    let from = 0

    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), 'lifeline-sol-'))
      machine = await startLabMachine({ heard: (bytes) => heard.push(bytes) })
      console = await open(solTarget(solGateway(folder), machine.bmc))
    })
    afterAll(async () => {
      await console?.close()
      await machine?.close()
      await rm(folder, { recursive: true, force: true })
    })

    const newlyPrinted = () => console.printed().subarray(from).toString('latin1')
    const waitFor = (words: RegExp) => expect.poll(newlyPrinted, patient).toMatch(words)
    const type = (text: string) => {
      from = console.printedBytes()
      console.link.write(Buffer.from(text))
    }

    test('boots into a login prompt, and lets root in', { timeout }, async () => {
      await ipmitool(machine.bmc, 'chassis', 'power', 'on')
      await waitFor(/lab1 login: $/)
      type('root\r')
      await waitFor(/Password: $/)
      type(`${machine.rootPassword}\r`)
      await waitFor(/root@lab1:~# /)
      type('echo "I am $(id -u)"\r')
      await waitFor(/I am 0\r\n/)
    })

    test('passes every byte value that is typed to the real tty', { timeout }, async () => {
      type("stty raw -echo; printf 'GO\\055ON'; head -c 256 | md5sum; stty sane\r")
      await waitFor(/GO-ON$/)
      from = console.printedBytes()
      const everyByte = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte))
      console.link.write(everyByte)
      await waitFor(new RegExp(createHash('md5').update(everyByte).digest('hex')))
    })

    test('takes a SysRq: BREAK and its key', { timeout }, async () => {
      type('\r')
      await waitFor(/# $/)
      await console.link.sendBreak()
      type('h')
      await waitFor(/sysrq: HELP/)
    })

    test('goes on through a power cycle, and misses nothing', { timeout }, async () => {
      from = console.printedBytes()
      await ipmitool(machine.bmc, 'chassis', 'power', 'cycle')
      await waitFor(/GNU GRUB/)
      await waitFor(/Linux version/)
      expect(console.events).toEqual([])
      const printed = console.printed().toString('latin1')
      expect(Buffer.concat(heard).toString('latin1').startsWith(printed)).toBe(true)
    })
  },
)
