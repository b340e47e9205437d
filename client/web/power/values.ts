import {
  type PowerControl,
  type PowerStep,
  powerControlInput,
  powerSteps,
} from '../../../server/contract/power.ts'
import type { Body } from '../api/call.ts'
import { type Checked, check } from '../api/check.ts'

/** The form as a person fills it: one flat set of fields for all kinds, so that the address stays when the kind changes. */
export interface Values {
  kind: PowerControl['kind']
  host: string
  port: number | string
  username: string
  password: string
  cipherSuite: string
  privilege: string
  efi: boolean
  system: string
  certificate: string
  /** One argument in each line, as the steps have it. */
  status: string
  steps: Record<PowerStep, string>
}

const defaultPorts = { ipmi: 623, redfish: 443, command: '' } as const

const noSteps: Values['steps'] = {
  on: '',
  shutdown: '',
  off: '',
  cycle: '',
  reset: '',
  nmi: '',
  'boot-disk': '',
  'boot-pxe': '',
  'boot-setup': '',
}

const empty: Values = {
  kind: 'ipmi',
  host: '',
  port: defaultPorts.ipmi,
  username: '',
  password: '',
  cipherSuite: '17',
  privilege: 'administrator',
  efi: true,
  system: '',
  certificate: '',
  status: '',
  steps: noSteps,
}

export function valuesOf(control: PowerControl | null): Values {
  switch (control?.kind) {
    case undefined:
      return empty
    case 'ipmi':
      return { ...empty, ...control, cipherSuite: String(control.cipherSuite) }
    case 'redfish': {
      const { system = '', certificate = '' } = control
      return { ...empty, ...control, system, certificate }
    }
    case 'command': {
      const steps = Object.entries(control.steps).map(([step, argv]) => [step, lines(argv)])
      const { kind, status } = control
      const port = defaultPorts.command
      return {
        ...empty,
        kind,
        port,
        status: lines(status),
        steps: { ...noSteps, ...Object.fromEntries(steps) },
      }
    }
  }
}

const lines = (argv: readonly string[] | undefined) => argv?.join('\n') ?? ''

/** Another kind. A port that was only the old kind's default becomes the new one's. */
export function withKind(values: Values, kind: Values['kind']): Values {
  const own = values.port !== '' && values.port !== defaultPorts[values.kind]
  return { ...values, kind, port: own ? values.port : defaultPorts[kind] }
}

/** Whether a kept password would go somewhere else: the gateway then wants it given anew. */
export function leadsElsewhere(before: PowerControl | null, { kind, host, port, username }: Values): boolean {
  if (before === null || before.kind === 'command' || kind === 'command') return false
  const where = [before.kind, before.host, String(before.port), before.username]
  return where.join('\n') !== [kind, host.trim(), String(port), username].join('\n')
}

export function controlRequest(values: Values): Checked<Body<'setPowerControl'>> {
  const { password } = values
  const control = controlOf(values)
  const checked = check(powerControlInput, { control, ...(password !== '' && { password }) })
  return checked.ok ? checked : { ok: false, errors: byField(checked.errors) }
}

/** Mistakes by the form's fields: what the contract keeps in `control` stands there beside the password. */
export function byField(mistakes: Record<string, string>): Record<string, string> {
  const entries = Object.entries(mistakes)
  return Object.fromEntries(entries.map(([path, words]) => [path.replace(/^control\./, ''), words]))
}

function controlOf(values: Values): unknown {
  const { kind, host, port, username, efi, privilege } = values
  switch (kind) {
    case 'ipmi':
      return { kind, host, port, username, cipherSuite: Number(values.cipherSuite), privilege, efi }
    case 'redfish':
      return {
        kind,
        host,
        port,
        username,
        system: optional(values.system),
        certificate: optional(values.certificate),
      }
    case 'command': {
      const steps = powerSteps.flatMap((step) => {
        const argv = argvOf(values.steps[step])
        return argv === undefined ? [] : [[step, argv]]
      })
      return { kind, status: argvOf(values.status), steps: Object.fromEntries(steps) }
    }
  }
}

const optional = (text: string) => (text.trim() === '' ? undefined : text.trim())

function argvOf(text: string): string[] | undefined {
  const argv = text.split('\n').filter((line) => line !== '')
  return argv.length === 0 ? undefined : argv
}
