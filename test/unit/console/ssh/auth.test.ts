import { describe, expect, it } from 'vitest'
import { AuthWay } from '../../../../server/console/ssh/auth.ts'

const all = ['publickey', 'password', 'keyboard-interactive']
const question = { prompt: '(root@10.0.0.1) Password: ', echo: false }

function walk(holdings: { key: boolean; password: boolean }, accepted: string[]): string[] {
  const way = new AuthWay(holdings)
  const steps: string[] = []
  for (let method = way.next(null); method !== undefined; method = way.next(accepted)) {
    steps.push(method)
    if (method === 'keyboard-interactive') way.answer([question])
  }
  return steps
}

describe('the way through authentication', () => {
  it('goes from nothing over the key to the password', () => {
    expect(walk({ key: true, password: true }, all)).toEqual(['none', 'publickey', 'keyboard-interactive'])
    expect(walk({ key: true, password: true }, ['publickey', 'password'])).toEqual([
      'none',
      'publickey',
      'password',
    ])
  })

  it('offers only what the device has and the far end takes', () => {
    expect(walk({ key: false, password: false }, all)).toEqual(['none'])
    expect(walk({ key: true, password: false }, all)).toEqual(['none', 'publickey'])
    expect(walk({ key: false, password: true }, ['publickey', 'hostbased'])).toEqual(['none'])
  })

  it('sends the password once, whatever would take it', () => {
    expect(walk({ key: false, password: true }, all)).toEqual(['none', 'keyboard-interactive'])
  })

  it('sends the password the plain way when no question was asked for it', () => {
    const way = new AuthWay({ key: false, password: true })
    way.next(null)
    expect(way.next(all)).toBe('keyboard-interactive')
    expect(way.answer([])).toBe('nothing')
    expect(way.next(all)).toBe('password')
    expect(way.next(all)).toBeUndefined()
  })

  it('goes on to the second factor that it has', () => {
    const way = new AuthWay({ key: true, password: true })
    way.next(null)
    expect(way.next(['publickey'])).toBe('publickey')
    expect(way.next(['password'])).toBe('password')
  })
})

describe('a question', () => {
  it.each([
    'Password:',
    "root@box's password: ",
    'Passwort: ',
    'Mot de passe :',
    '密码：',
    'パスワード:',
    'PASSWORD FOR root',
  ])('for the password is answered: %s', (prompt) => {
    expect(new AuthWay({ key: false, password: true }).answer([{ prompt, echo: false }])).toBe('password')
  })

  it.each([
    'Verification code: ',
    'Password & verification code: ',
    'One-time password (OATH) for `root`: ',
    'Enter PASSCODE: ',
    'New password: ',
    'Retype new password: ',
    '(current) UNIX password: ',
    'Are you sure? ',
    '',
  ])('for anything else is not: %s', (prompt) => {
    expect(new AuthWay({ key: false, password: true }).answer([{ prompt, echo: false }])).toBe('refuse')
  })

  it('that would show what is typed is not answered', () => {
    const way = new AuthWay({ key: false, password: true })
    expect(way.answer([{ prompt: 'Password:', echo: true }])).toBe('refuse')
  })

  it('beside another is not answered, nor one that comes again', () => {
    expect(new AuthWay({ key: false, password: true }).answer([question, question])).toBe('refuse')
    const way = new AuthWay({ key: false, password: true })
    expect(way.answer([question])).toBe('password')
    expect(way.answer([question])).toBe('refuse')
  })
})

describe('the cause when nobody is let in', () => {
  it('names what the far end takes and what was tried', () => {
    const way = new AuthWay({ key: true, password: true })
    way.next(null)
    for (let method = way.next(all); method !== undefined; method = way.next(all)) way.answer([question])
    expect(way.cause('bmc:22', 'root')).toEqual({
      code: 'wrong-credentials',
      message:
        'bmc:22 did not accept the key and password of root. It accepts: publickey, password, keyboard-interactive.',
    })
  })

  it('says which credential is missing', () => {
    const way = new AuthWay({ key: false, password: true })
    way.next(null)
    way.next(['publickey'])
    const cause = way.cause('bmc:22', 'root')
    expect(cause.code).toBe('credentials-missing')
    expect(cause.message).toMatch(/no key here.*It accepts: publickey\./)
  })

  it('repeats no word of the far end that is not a known method', () => {
    const way = new AuthWay({ key: false, password: false })
    way.next(null)
    way.next(['publickey', 'hunter2', '<script>'])
    expect(way.cause('bmc:22', 'root').message).toMatch(/It accepts: publickey\.$/)
  })
})
