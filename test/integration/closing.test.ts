import { mkdtemp, readdir, readFile, readlink, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { type Clock, systemClock, type Timer } from '../../server/base/clock.ts'
import { startDevice } from './device.ts'
import { startGateway } from './gateway.ts'
import { view } from './viewer.ts'

/** What this process has open: sockets, ptys and files of gateways, its children, and what keeps its event loop. */
async function held(): Promise<unknown> {
  const names = await readdir('/proc/self/fd')
  const targets = await Promise.all(names.map((name) => readlink(`/proc/self/fd/${name}`).catch(() => '')))
  const tasks = await readdir('/proc/self/task')
  const children = await Promise.all(
    tasks.map((task) => readFile(`/proc/self/task/${task}/children`, 'utf8')),
  )
  return {
    open: targets.filter((target) => /^(socket|\/dev\/ptmx|.*lifeline-)/.test(target)).sort(),
    children: children.join('').trim(),
    // The timer is that of the waiting test; those of the gateway are counted by the clock.
    resources: process
      .getActiveResourcesInfo()
      .filter((kind) => kind !== 'Timeout' && kind !== 'FSReqPromise')
      .sort(),
  }
}

/** The system's clock, remembering what is set and not over, and where it was set. */
function countingClock(): Clock & { timers: Map<Timer, string> } {
  const timers = new Map<Timer, string>()
  const count = (make: (over: () => void) => Timer): Timer => {
    const timer = make(() => timers.delete(counted))
    const counted: Timer = {
      cancel() {
        timers.delete(counted)
        timer.cancel()
      },
    }
    timers.set(counted, new Error('set here').stack ?? '')
    return counted
  }
  return {
    ...systemClock,
    timers,
    after: (ms, run) =>
      count((over) =>
        systemClock.after(ms, () => {
          over()
          run()
        }),
      ),
    every: (ms, run) => count(() => systemClock.every(ms, run)),
  }
}

test('after close there is no timer, socket, child or file left', async () => {
  // What is made once for the whole process (thread pool, undici's agent) is made by a first gateway.
  const first = await startGateway()
  await first.close()
  const before = await held()
  const folder = await mkdtemp(join(tmpdir(), 'lifeline-closing-'))
  const line = await startDevice()
  const clock = countingClock()
  const gateway = await startGateway({}, clock)
  const projectId = await gateway.project('fleet')
  const device = await gateway.tcpDevice(projectId, 'web-1', line.port)
  const make = (name: string, transport: unknown) =>
    gateway.admin.call('POST', '/api/devices', { projectId, name, transport })
  await make('dead', { kind: 'tcp', host: '127.0.0.1', port: 1 })
  await make('silent', { kind: 'tcp', host: '192.0.2.1', port: 23 })
  await make('box', { kind: 'demo', scene: 'box' })
  await make('chatterbox', { kind: 'demo', scene: 'chatterbox' })
  await make('program', {
    kind: 'command',
    argv: ['/bin/sh', '-c', 'trap "" HUP TERM; echo up; exec sleep 600'],
  })
  await make('unix', { kind: 'unix', path: join(folder, 'none.sock') })
  await line.connected()
  const viewer = await view(gateway.admin.socket(device.id))
  await line.print('hello')
  await viewer.sees('hello')
  await expect
    .poll(
      async () =>
        (await gateway.admin.call('GET', '/api/devices')).body.find(
          ({ name }: { name: string }) => name === 'program',
        ).console.lastLine,
    )
    .toBe('up')
  await gateway.close()

  expect(await viewer.told('bye')).toMatchObject({ code: 'shutdown' })
  await viewer.ended
  await line.close()
  await rm(folder, { recursive: true })
  expect([...clock.timers.values()]).toEqual([])
  await expect.poll(held).toEqual(before)
})
