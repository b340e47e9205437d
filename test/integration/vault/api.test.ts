import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { FakeClock } from '../../fakes/clock.ts'
import { type Person, startGateway, type TestGateway } from '../gateway.ts'

const second = 1000
const hour = 3_600_000
const password = 'bcdefghijklnoprstuvxbcde'
const clock = new FakeClock()

let gateway: TestGateway
let owner: Person
let projectId: string
let root: string
let made = 0

beforeAll(async () => {
  gateway = await startGateway({}, clock)
  projectId = await gateway.project('fleet')
  owner = await gateway.person('owner', { projectId, role: 'owner' })
})
afterAll(() => gateway.close())

beforeEach(async () => {
  made += 1
  const { id } = await gateway.tcpDevice(projectId, `web-${made}`, 9)
  root = `/api/devices/${id}/root-password`
})

const allow = (passwordHours: number) =>
  owner.call('PATCH', `/api/projects/${projectId}`, { name: 'fleet', passwordHours })
const keep = (text = password) => owner.call('PUT', root, { password: text })
const reveal = (reason: string) => owner.call('POST', `${root}/reveal`, { reason })

describe('a root password by API', () => {
  test('is answered until its time is over, then 410 with what to do now', async () => {
    expect((await allow(1)).status).toBe(200)
    const kept = await keep()
    expect(kept.body).toMatchObject({ state: 'kept', until: clock.now() + hour, leftMs: hour })
    clock.advance(hour - second)
    const shown = await reveal('the disk is full')
    expect(shown).toMatchObject({
      status: 200,
      body: { password, until: clock.now() + second, leftMs: second },
    })
    expect(shown.headers.get('cache-control')).toBe('no-store')

    clock.advance(2 * second)
    const asked = [
      await reveal('once more'),
      await owner.call('POST', root.replace('root-password', 'login-checks'), {
        password: { from: 'vault' },
      }),
      await owner.call('DELETE', root),
    ]
    for (const { status, body } of asked) {
      expect([status, body.error.code]).toEqual([410, 'password-gone'])
      expect(body.error.message).toMatch(
        /set a new one over SSH;.*on the console, there;.*recover the device/,
      )
    }
    expect((await owner.call('GET', root)).body).toMatchObject({ state: 'gone', leftMs: 0, until: null })
  })

  test('is destroyed at once when its project allows fewer hours', async () => {
    await allow(4)
    await keep()
    clock.advance(3 * hour)
    await allow(2)
    const destroyed = async () =>
      (await gateway.admin.call('GET', '/api/audit?action=vault.destroyed')).body.map(
        ({ target }: { target: string }) => target,
      )
    await expect.poll(destroyed).toContain(`web-${made}`)
  })

  test('that was never kept is 404, with what to do', async () => {
    const { status, body } = await reveal('a try')
    expect([status, body.error.code]).toEqual([404, 'no-password'])
    expect(body.error.message).toContain('recover the device')
  })

  test.each(['', '   ', 'x'.repeat(1000)])('is not revealed for the reason "%.5s"', async (reason) => {
    await keep()
    const { status, body } = await reveal(reason)
    expect([status, body.error.mistakes[0].path]).toEqual([400, ['reason']])
    const audit = await gateway.admin.call('GET', '/api/audit?action=vault.revealed')
    expect(audit.body.filter((entry: { target: string }) => entry.target === `web-${made}`)).toEqual([])
  })

  test('stands in one answer alone, in no audit and no log', async () => {
    const texts = [(await keep()).text]
    expect((await reveal('ticket 4711')).text).toContain(password)
    texts.push((await owner.call('GET', root)).text)
    const audit = await gateway.admin.call('GET', '/api/audit')
    expect(audit.text).toContain('ticket 4711')
    texts.push(audit.text, gateway.logged())
    for (const text of texts) expect(text).not.toContain(password)
  })

  test.each(['', 'two\nlines', 'x'.repeat(2000)])('is not kept when it is "%.9s"', async (text) => {
    expect((await keep(text)).status).toBe(400)
    expect((await owner.call('GET', root)).body).toMatchObject({ state: 'none' })
  })

  test.each([0, 25, 1.5])('is never kept for %d hours', async (hours) => {
    expect((await allow(hours)).status).toBe(400)
  })
})
