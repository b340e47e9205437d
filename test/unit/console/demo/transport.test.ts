import { describe, expect, it } from 'vitest'
import { createLog } from '../../../../server/base/log.ts'
import type { OpenRequest } from '../../../../server/console/transport.ts'
import { createDemoTransport } from '../../../../server/console/transports/demo.ts'
import { FakeClock } from '../../../fakes/clock.ts'

function request(scene: 'box' | 'chatterbox', signal = new AbortController().signal) {
  const printed: string[] = []
  const request: OpenRequest<'demo'> = {
    config: { kind: 'demo', scene },
    secrets: {},
    events: {
      data: (bytes) => printed.push(Buffer.from(bytes).toString()),
      lost: () => printed.push('lost'),
      closed: () => printed.push('closed'),
    },
    signal,
    log: createLog('silent'),
    allowLocalTargets: false,
  }
  return { request, printed }
}

describe('the demo transport', () => {
  it('keeps time by the clock it is given', async () => {
    const clock = new FakeClock()
    const { request: chatter, printed } = request('chatterbox')
    const link = await createDemoTransport(clock).open(chatter)
    expect(printed).toEqual([])
    clock.advance(500)
    expect(printed.join('')).toContain('GNU GRUB')
    await link.close()
    expect(clock.timers).toBe(0)
  })

  it('makes a device of its own for each link', async () => {
    const transport = createDemoTransport(new FakeClock())
    const [one, other] = [request('box'), request('box')]
    const first = await transport.open(one.request)
    const second = await transport.open(other.request)
    other.printed.length = 0
    first.write(Buffer.from('x'))
    expect(one.printed.at(-1)).toBe('x')
    expect(other.printed).toEqual([])
    await Promise.all([first.close(), second.close()])
  })

  it('is not switched on when it is no longer wanted', async () => {
    const { request: unwanted, printed } = request('box', AbortSignal.abort())
    await expect(createDemoTransport(new FakeClock()).open(unwanted)).rejects.toMatchObject({
      reason: { code: 'timeout' },
    })
    expect(printed).toEqual([])
  })
})
