import { describe, test } from 'vitest'
import { machineNeeds } from '../lab/machine.ts'
import { type SyslinuxKind, syslinuxEntry, syslinuxLacks, syslinuxMedium } from '../lab/syslinux-media.ts'
import { machinesOfSuite, wayMs } from './recovered-machine.ts'

const timeout = 2 * wayMs
const menu = `DEFAULT menu.c32\nTIMEOUT 50\n${syslinuxEntry('debian', 'quiet')}`
const prompt = `DEFAULT debian\nPROMPT 1\nTIMEOUT 50\n${syslinuxEntry('debian', 'quiet')}`
const machine = await machineNeeds()

const kin: [SyslinuxKind, string, string][] = [
  ['EXTLINUX', 'on ext4, by its menu', menu],
  ['ISOLINUX', 'on a CD, by its menu', menu],
  ['PXELINUX', 'from the network, at its prompt', prompt],
]

describe('a kin of SYSLINUX starts a system that is recovered:', () => {
  const machines = machinesOfSuite('box')
  for (const [kind, where, configuration] of kin) {
    const needs = machine ?? (syslinuxLacks(kind).join(', ') || undefined)
    const name = needs === undefined ? `${kind} ${where}` : `${kind} (needs ${needs})`
    test.skipIf(needs !== undefined)(name, { timeout }, () =>
      machines.on({ bootMedium: syslinuxMedium(kind, configuration) }, (lab) => lab.reachesItsShell()),
    )
  }
})
