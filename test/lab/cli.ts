import { spawn } from 'node:child_process'
import { mkdir, open, readFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { addToGateway, labDevice } from './device.ts'
import { ensureImage, imageIsBuilt, pruneImages } from './image.ts'
import { ipmitool } from './ipmitool.ts'
import { machineNeeds } from './machine.ts'
import { pollPause } from './ports.ts'
import { keeper, logFile, type Running, readRunning, stopRunning } from './running.ts'

const usage = `usage: scripts/lab build|up|down|status

  build   make the disk image of the lab's machine (as root; a minute and a half, once)
  up      start the machine behind its BMC in the background, and say how to reach it;
          with LIFELINE_TOKEN set, add it to the gateway at LIFELINE_URL (default http://127.0.0.1:8022)
  down    stop the machine; what was written to its disk is gone
  status  say what there is

LIFELINE_LAB_DIR names the folder of the image and of what runs (default: .lab in the repository).`

const commands: Record<string, () => Promise<void>> = { build, up, down, status }

async function build(): Promise<void> {
  const { disk } = await ensureImage(say)
  if ((await readRunning()) === undefined) await pruneImages()
  say(`The image is ${disk}`)
}

async function up(): Promise<void> {
  const needs = await machineNeeds()
  if (needs !== undefined)
    throw new Error(
      `This machine lacks something: the lab needs ${needs}. test/lab/packages.txt names the Debian packages.`,
    )
  await build()
  const running = (await readRunning()) ?? (await startKeeper())
  describe(running)
  const token = process.env.LIFELINE_TOKEN
  if (token === undefined || token === '') return
  const url = process.env.LIFELINE_URL ?? 'http://127.0.0.1:8022'
  say(await addToGateway(running, { url, token }))
}

async function down(): Promise<void> {
  const running = await readRunning()
  if (running === undefined) return say('The lab is not up.')
  await stopRunning(running)
  say('The lab is down.')
}

async function status(): Promise<void> {
  say(`Image: ${(await imageIsBuilt()) ? 'built' : 'not built'}`)
  const running = await readRunning()
  if (running === undefined) return say('Machine: not up')
  say(`Machine: up, process ${running.pid}. ${await ipmitool(running.bmc, 'chassis', 'power', 'status')}`)
  describe(running)
}

/** The machine must outlive this command, so a process of its own holds it. */
async function startKeeper(): Promise<Running> {
  await mkdir(dirname(logFile()), { recursive: true })
  const log = await open(logFile(), 'w')
  const child = spawn(process.execPath, [keeper], { detached: true, stdio: ['ignore', log.fd, log.fd] })
  await log.close()
  child.unref()
  for (;;) {
    const running = await readRunning()
    if (running !== undefined) return running
    if (child.exitCode !== null)
      throw new Error(`The machine did not start:\n${await readFile(logFile(), 'utf8')}`)
    await pollPause()
  }
}

function describe(running: Running): void {
  const { bmc, rootPassword, sshPort, consolePort } = running
  say(`
The machine is switched on; its login prompt comes after about half a minute.

  BMC       ${bmc.host}, UDP port ${bmc.port}, user ${bmc.user}, password ${bmc.password}, cipher suite 3
  console   root, password ${rootPassword}
  telnet    127.0.0.1 port ${consolePort} is the same serial line, beside the BMC
  ssh       ssh -p ${sshPort} root@127.0.0.1 (keys only, and none is on it)

As a device of Lifeline:
${JSON.stringify(labDevice(running), null, 2)}
`)
}

function say(what: string): void {
  console.log(what)
}

const command = commands[process.argv[2] ?? '']
if (command === undefined || process.argv.length > 3) {
  console.error(usage)
  process.exitCode = 2
} else {
  await command().catch((error: Error) => {
    console.error(`lab: ${error.message}`)
    process.exitCode = 1
  })
}
