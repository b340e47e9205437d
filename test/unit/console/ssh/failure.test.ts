import { describe, expect, it } from 'vitest'
import { algorithmsFor } from '../../../../server/console/ssh/algorithms.ts'
import { causeOfClose, causeOfFailure } from '../../../../server/console/ssh/failure.ts'
import { Hello } from '../../../../server/console/ssh/hello.ts'

const setting = (change: { identified?: boolean; loggedIn?: boolean } = {}) => {
  const hello = new Hello()
  if (change.identified !== false) hello.feed(Buffer.from('SSH-2.0-x\r\n'))
  return { target: 'bmc:22', algorithms: algorithmsFor(false), hello, loggedIn: change.loggedIn ?? false }
}

const disconnect = (code: number, text: string) => Object.assign(new Error(text), { code })

describe('the cause of a failed SSH connection', () => {
  it.each([
    [disconnect(2, 'Too many authentication failures'), 'wrong-credentials'],
    [disconnect(14, ''), 'wrong-credentials'],
    [disconnect(12, ''), 'busy'],
    [disconnect(2, 'Maximum number of sessions reached'), 'busy'],
    [disconnect(2, 'Bye'), 'closed-by-far-end'],
    [Object.assign(new Error(), { code: 'ECONNREFUSED' }), 'refused'],
    [Object.assign(new Error(), { code: 'EHOSTUNREACH' }), 'no-route'],
    [Object.assign(new Error(), { code: 'ECONNRESET' }), 'closed-by-far-end'],
    [new Error('Bad packet length'), 'protocol'],
    [new Error('Handshake failed: signature verification failed'), 'protocol'],
    ['not even an error', 'protocol'],
  ])('%s is told as %s', (error, code) => {
    expect(causeOfFailure(error, setting()).code).toBe(code)
  })

  it('tells a far end that says nothing from one that says something else', () => {
    const lost = new Error('Connection lost before handshake')
    const silent = setting({ identified: false })
    expect(causeOfFailure(lost, silent)).toMatchObject({
      code: 'closed-by-far-end',
      message: expect.stringContaining('too many sessions'),
    })
    silent.hello.feed(Buffer.from('HTTP/1.1 400 Bad Request\r\n'))
    expect(causeOfFailure(lost, silent)).toMatchObject({ code: 'protocol' })
  })

  it('never quotes the far end', () => {
    for (const code of [2, 3, 11, 12, 14, 99]) {
      const cause = causeOfFailure(disconnect(code, 'login with hunter2 failed'), setting())
      expect(cause.message).not.toContain('hunter2')
    }
    expect(causeOfFailure(new Error('hunter2'), setting()).message).not.toContain('hunter2')
  })

  it('tells at which step the far end closed', () => {
    expect(causeOfClose(setting({ identified: false })).message).toContain('before it named itself')
    expect(causeOfClose(setting()).message).toContain('before the login was complete')
    expect(causeOfClose(setting({ loggedIn: true })).message).toBe('bmc:22 closed the connection.')
  })
})
