import { describe, expect, it } from 'vitest'
import { causeOfWords } from '../../../../server/console/sol/words.ts'

const unable = 'Error: Unable to establish IPMI v2 / RMCP+ session'

describe("the cause in ipmitool's words", () => {
  it.each([
    [`> RAKP 2 HMAC is invalid\n${unable}`, 'wrong-credentials'],
    [`RAKP 2 message indicates an error : unauthorized name\n${unable}`, 'wrong-credentials'],
    [
      `RAKP 2 message indicates an error : unauthorized role or privilege level requested\n${unable}`,
      'no-permission',
    ],
    ['Error activating SOL payload: Insufficient privilege level', 'no-permission'],
    [`Error in open session response message : insufficient resources for session\n${unable}`, 'busy'],
    [
      `Error in open session response message : invalid authentication algorithm\n\n${unable}`,
      'no-common-algorithm',
    ],
    [
      'Error in open session response message : no cipher suite match with proposed security algorithms',
      'no-common-algorithm',
    ],
    ['Info: SOL payload already active on another session', 'busy'],
    ['Info: SOL payload disabled', 'other'],
    ['Info: cannot activate SOL payload with encryption', 'other'],
    ['Error: BMC requests SOL session on different port', 'other'],
    [
      `Get Auth Capabilities error\nError issuing Get Channel Authentication Capabilities request\n${unable}`,
      'timeout',
    ],
    [
      'Error: No response to keepalive - Terminating session\nError: No response de-activating SOL payload',
      'no-answer',
    ],
    ['Error sending SOL data: FAIL\nSOL session closed by BMC', 'closed-by-far-end'],
    ['', 'program-ended'],
  ])('%j is %s', (words, code) => {
    const cause = causeOfWords(Buffer.from(words), 'bmc1:623')
    expect(cause.code).toBe(code)
    expect(cause.message).toMatch(/bmc1:623.*[.?]$|^bmc1:623.*[).]$/s)
  })

  it('is told in the last of them when it is none that we know, made harmless', () => {
    const words = Buffer.from(`Something\nfrom the \x1b[31mfuture\x07 ${'x'.repeat(1000)}\n`)
    const { code, message } = causeOfWords(words, 'bmc1:623')
    expect(code).toBe('other')
    expect(message).toMatch(/It says: from the future x+$/)
    expect(message.length).toBeLessThan(300)
  })
})
