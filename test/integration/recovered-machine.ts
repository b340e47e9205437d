import { afterAll, beforeAll, expect, vi } from 'vitest'
import type { Recovery } from '../../server/contract/recovery.ts'
import { type LabMachine, type LabMachineOptions, startLabMachine } from '../lab/machine.ts'
import { startGateway, type TestGateway } from './gateway.ts'

/** Emulated and on a busy machine; only what hangs comes near it. */
export const wayMs = 600_000

/** What the kernel says of the line that it was loaded by. */
export const edited = /Command line: .* init=\/bin\/sh loglevel=7 /

/** A machine of the lab behind its BMC, as a device with power control whose root password nobody told the gateway. */
export interface RecoveredMachine {
  machine: LabMachine
  /** Its path in the API. */
  device: string
  /** All that it printed until now, latin-1. */
  printed(): string
  recover(): Promise<void>
  until(what: (recovery: Recovery) => boolean): Promise<Recovery>
  over(): Promise<Recovery>
  /** Recovers it as far as the shell that the edited line gives, and stops there; nothing was changed in it. */
  reachesItsShell(): Promise<void>
  /** Waits until what was printed from `from` on ends with a login prompt. */
  startsPlainly(from: number): Promise<void>
  /** This password logs in on its console. */
  opensWith(password: string): Promise<void>
  /** The machine is as it was: the old password opens it, and none is kept. */
  opensAsBefore(): Promise<void>
}

type MachineOptions = Pick<LabMachineOptions, 'bootMenu' | 'bootMedium' | 'image' | 'uefi' | 'typed'>

/** For a suite: one gateway for all its tests, and for each of them a machine of its own, which is gone afterwards. */
export function machinesOfSuite(name: string) {
  let gateway: TestGateway
  let projectId: string
  beforeAll(async () => {
    gateway = await startGateway()
    projectId = await gateway.project('fleet')
  })
  afterAll(() => gateway?.close())
  return {
    admin: () => gateway.admin,
    async on(options: MachineOptions, what: (lab: RecoveredMachine) => Promise<void>): Promise<void> {
      const lab = await startRecoveredMachine(gateway, projectId, name, options)
      try {
        await what(lab)
      } finally {
        await gateway.admin.call('DELETE', lab.device)
        await lab.machine.close()
      }
    },
  }
}

export async function startRecoveredMachine(
  { admin }: TestGateway,
  projectId: string,
  name: string,
  options: MachineOptions = {},
): Promise<RecoveredMachine> {
  const heard: Buffer[] = []
  const machine = await startLabMachine({ ...options, heard: (bytes) => heard.push(bytes) })
  const { host, port, user: username, password } = machine.bmc
  const bmc = { host, port, username, cipherSuite: 3 }
  const { body } = await admin.call('POST', '/api/devices', {
    ...{ projectId, name, transport: { kind: 'ipmi-sol', ...bmc }, secrets: { password } },
  })
  const device = `/api/devices/${body.id}`
  await admin.call('PUT', `${device}/power/control`, {
    control: { kind: 'ipmi', ...bmc, efi: false },
    password,
  })
  const soon = <T>(look: () => Promise<T>) => vi.waitFor(look, { timeout: wayMs, interval: 100 })
  await soon(async () => {
    const { console } = (await admin.call('GET', device)).body
    expect(console.line.state).toBe('online')
  })
  const until = (what: (recovery: Recovery) => boolean) =>
    soon(async () => {
      const recovery: Recovery = (await admin.call('GET', `${device}/recovery`)).body
      if (!what(recovery)) throw new Error(recovery.message)
      return recovery
    })
  const opensWith = async (password: string) => {
    await admin.call('POST', `${device}/login-checks`, { password })
    await soon(async () => {
      const { body: job } = await admin.call('GET', `${device}/job`)
      expect(job).toMatchObject({ kind: 'login-check', state: 'done' })
    })
  }
  const printed = () => Buffer.concat(heard).toString('latin1')
  const recover = async () => {
    const { status } = await admin.call('POST', `${device}/recovery`, { confirm: name })
    expect(status).toBe(200)
  }
  const over = () => until(({ state }) => state !== 'running')
  return {
    machine,
    device,
    printed,
    until,
    over,
    recover,
    async reachesItsShell() {
      await recover()
      const { state, message, screen } = await until(
        ({ steps, state }) => state !== 'running' || steps.at(-1)?.step === 'password',
      )
      expect(state, [message, ...screen].join('\n')).toBe('running')
      await admin.call('DELETE', `${device}/job`)
      await over()
      expect(printed()).toMatch(edited)
    },
    async startsPlainly(from) {
      await expect
        .poll(() => printed().slice(from), { timeout: wayMs, interval: 100 })
        .toMatch(/lab1 login: $/)
      expect(printed().slice(from)).not.toMatch(edited)
    },
    opensWith,
    async opensAsBefore() {
      await opensWith(machine.rootPassword)
      const kept = await admin.call('GET', `${device}/root-password`)
      expect(kept.body).toMatchObject({ state: 'none' })
    },
  }
}
