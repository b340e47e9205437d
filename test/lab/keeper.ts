/** The process behind `scripts/lab up`: holds the machine, its serial line and its BMC until SIGTERM. */
import { ipmitool } from './ipmitool.ts'
import { startLabMachine } from './machine.ts'
import { forgetRunning, writeRunning } from './running.ts'

const machine = await startLabMachine({ bmcPort: 6230, sshPort: 6222 })
const end = async () => {
  await forgetRunning()
  await machine.close()
  process.exit(0)
}
process.once('SIGTERM', end)
process.once('SIGINT', end)
try {
  await ipmitool(machine.bmc, 'chassis', 'power', 'on')
  await writeRunning({ ...machine, pid: process.pid })
} catch (error) {
  await machine.close()
  throw error
}
