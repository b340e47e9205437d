import { describe, expect, test } from 'vitest'
import {
  actsAsAdmin,
  can,
  demand,
  demandSession,
  type Principal,
  type Resource,
  type Verdict,
} from '../../../server/access/can.ts'
import { AppError } from '../../../server/base/errors.ts'
import { type Action, actions, type Role } from '../../../server/contract/access.ts'

const ours = 'prj_ours'
const inOurProject: Resource[] = [
  { kind: 'project', projectId: ours },
  { kind: 'device', projectId: ours },
]
const people = ['stranger', 'watcher', 'collaborator', 'owner', 'admin'] as const
type Person = (typeof people)[number]

/** What each person may do with things of the project: y yes, f forbidden, h hidden; in the order of `people`. */
const expected: Record<Action, string> = {
  'device.view': 'h y y y y',
  'device.create': 'h f f y y',
  'device.edit': 'h f f y y',
  'device.delete': 'h f f y y',
  'device.reconnect': 'h f y y y',
  'device.power': 'h f y y y',
  'device.push': 'h f y y y',
  'device.secrets': 'h f f y y',
  'device.provision': 'h f f y y',
  'password.reveal': 'h f f y y',
  'password.use': 'h f y y y',
  'password.set': 'h f f y y',
  'console.watch': 'h y y y y',
  'console.write': 'h f y y y',
  'console.break': 'h f y y y',
  'console.force': 'h f f y y',
  'key.view': 'h y y y y',
  'key.add': 'h f f y y',
  'key.edit': 'h f f y y',
  'key.delete': 'h f f y y',
  'key.select': 'h f f y y',
  'project.view': 'h y y y y',
  'project.edit': 'h f f y y',
  'project.delete': 'h f f y y',
  'project.members': 'h f f y y',
  'project.create': 'h f f f y',
  'users.manage': 'h f f f y',
  'audit.read': 'h f f y y',
}

const cases = actions.flatMap((action) =>
  people.map((person, index) => ({
    action,
    person,
    verdict: verdictOf(expected[action]?.split(' ')[index]),
  })),
)

describe('can', () => {
  test('has a decision for every action of the contract', () => {
    expect(Object.keys(expected).sort()).toEqual([...actions].sort())
  })

  test.each(cases)('$person, $action, in the project: $verdict', ({ action, person, verdict }) => {
    for (const resource of inOurProject) expect(can(principal(person), action, resource)).toBe(verdict)
  })

  test.each(cases)('$person, $action, in a project of others', ({ action, person }) => {
    const verdict = person === 'admin' ? 'yes' : 'hidden'
    for (const kind of ['project', 'device'] as const) {
      expect(can(principal(person), action, { kind, projectId: 'prj_theirs' })).toBe(verdict)
    }
  })

  test.each(cases.filter(({ action }) => action.startsWith('key.')))(
    '$person, $action, of a user',
    ({ action, person }) => {
      const own = { kind: 'user', userId: 'usr_1' } as const
      const another = { kind: 'user', userId: 'usr_2' } as const
      const byToken = { ...principal(person), via: { kind: 'token', id: 'tok_1' } } as const
      expect(can(principal(person), action, own)).toBe('yes')
      expect(can(principal(person), action, another)).toBe(person === 'admin' ? 'yes' : 'hidden')
      expect(can(byToken, action, own)).toBe(/add|edit/.test(action) ? 'forbidden' : 'yes')
    },
  )

  test.each(cases)('$person, $action, on the gateway', ({ action, person }) => {
    expect(can(principal(person), action, { kind: 'instance' })).toBe(
      person === 'admin' ? 'yes' : 'forbidden',
    )
  })

  test.each(cases)('$person, $action, by a token', ({ action, person, verdict }) => {
    const byToken = { ...principal(person), via: { kind: 'token', id: 'tok_1' } } as const
    const waysIn: Action[] = ['users.manage', 'key.add', 'key.edit']
    const lessened = waysIn.includes(action) && verdict === 'yes' ? 'forbidden' : verdict
    for (const resource of inOurProject) expect(can(byToken, action, resource)).toBe(lessened)
  })

  test.each(cases)('$person, $action, with a generated password', ({ action, person }) => {
    const newcomer = { ...principal(person), mustChangePassword: true }
    for (const resource of [...inOurProject, { kind: 'instance' } as const]) {
      expect(can(newcomer, action, resource)).toBe('forbidden')
    }
  })
})

describe('demand', () => {
  const inOurs = { kind: 'device', projectId: ours } as const

  test('lets pass what can allows', () => {
    expect(() => demand(principal('watcher'), 'console.watch', inOurs)).not.toThrow()
  })

  test('answers a stranger like what does not exist', () => {
    expect(refusal(principal('stranger'), 'console.watch', inOurs)).toMatchObject({
      code: 'not-found',
      message: 'There is nothing at this address that you may see.',
    })
  })

  test('tells a watcher what role it takes', () => {
    expect(refusal(principal('watcher'), 'console.write', inOurs)).toMatchObject({
      code: 'forbidden',
      message:
        'As watcher of this project you may not type on consoles. Ask one of its owners to do it or to make you collaborator.',
    })
  })

  test.each([
    ['users.manage', { kind: 'instance' }],
    ['audit.read', { kind: 'instance' }],
    ['project.create', inOurs],
  ] as const)('tells an owner that %s is for an instance admin', (action, resource) => {
    const { code, message } = refusal(principal('owner'), action, resource)
    expect(code).toBe('forbidden')
    expect(message).toContain('Only an instance admin')
  })

  test('tells a token to sign in', () => {
    const byToken = { ...principal('admin'), via: { kind: 'token', id: 'tok_1' } } as const
    expect(refusal(byToken, 'users.manage', { kind: 'instance' })).toMatchObject({
      code: 'forbidden',
      message: 'An API token may not manage users. Sign in with your password to do that.',
    })
    expect(() => demandSession(byToken)).toThrow('may not manage passwords')
    expect(() => demandSession(principal('stranger'))).not.toThrow()
  })

  test('asks for an own password before anything else, also for what is hidden', () => {
    const newcomer = { ...principal('stranger'), mustChangePassword: true }
    expect(refusal(newcomer, 'device.view', inOurs).code).toBe('password-change-required')
  })

  test('uses words for every action', () => {
    for (const action of actions) {
      for (const { code, message } of refusals(action)) {
        expect(code).toBe('forbidden')
        expect(message).not.toMatch(/undefined|\w+\.\w+/)
      }
    }
  })
})

test('actsAsAdmin: only where the role in the project is not enough', () => {
  const adminAndWatcher = { ...principal('watcher'), admin: true }
  const inOurs = { kind: 'project', projectId: ours } as const
  expect(actsAsAdmin(adminAndWatcher, 'console.watch', inOurs)).toBe(false)
  expect(actsAsAdmin(adminAndWatcher, 'console.write', inOurs)).toBe(true)
  expect(actsAsAdmin(principal('admin'), 'console.watch', inOurs)).toBe(true)
  expect(actsAsAdmin(principal('owner'), 'project.delete', inOurs)).toBe(false)
})

function principal(person: Person): Principal {
  const role: Role | undefined = person === 'stranger' || person === 'admin' ? undefined : person
  return {
    userId: 'usr_1',
    email: 'ann@example.org',
    name: 'Ann',
    admin: person === 'admin',
    mustChangePassword: false,
    via: { kind: 'session', id: 'ses_1' },
    memberships: new Map(role === undefined ? [] : [[ours, role]]),
    address: '192.0.2.1',
  }
}

function verdictOf(letter: string | undefined): Verdict {
  if (letter === 'y') return 'yes'
  return letter === 'f' ? 'forbidden' : 'hidden'
}

function refusals(action: Action): AppError[] {
  return people
    .filter((person) => can(principal(person), action, { kind: 'project', projectId: ours }) === 'forbidden')
    .map((person) => refusal(principal(person), action, { kind: 'project', projectId: ours }))
}

function refusal(who: Principal, action: Action, resource: Resource): AppError {
  try {
    demand(who, action, resource)
  } catch (error) {
    if (error instanceof AppError) return error
  }
  throw new Error('nothing was refused')
}
