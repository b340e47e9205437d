import { expect, test } from 'vitest'
import type { PowerStep } from '../../../server/contract/power.ts'
import { ipmiCommand } from '../../../server/power/ipmi.ts'

// The simulated BMC of the lab takes most of these without a machine that would show which one it was.
test.each<[PowerStep, string, string]>([
  ['on', 'chassis power on', ''],
  ['shutdown', 'chassis power soft', ''],
  ['off', 'chassis power off', ''],
  ['cycle', 'chassis power cycle', ''],
  ['reset', 'chassis power reset', ''],
  ['nmi', 'chassis power diag', ''],
  ['boot-disk', 'chassis bootdev disk', ' options=efiboot'],
  ['boot-pxe', 'chassis bootdev pxe', ' options=efiboot'],
  ['boot-setup', 'chassis bootdev bios', ' options=efiboot'],
])('%s is "%s" to ipmitool, for the next start alone', (step, command, efi) => {
  expect(ipmiCommand(step, { efi: false }).join(' ')).toBe(command)
  expect(ipmiCommand(step, { efi: true }).join(' ')).toBe(command + efi)
})
