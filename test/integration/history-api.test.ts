import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import type { SearchRecord } from '../../server/contract/history.ts'
import { startDevice, type TestDevice } from './device.ts'
import { type Person, startGateway, type TestGateway } from './gateway.ts'

let gateway: TestGateway
let people: Record<string, Person>
let lines: TestDevice[]
let ids: string[]
let fleet: string
let other: string

const printed = 'Linux\r\n\x1b[31mmc\x1b[0me: bank 4\r\n10 %\r50 %\r100 %\r\nlogin: '

beforeAll(async () => {
  gateway = await startGateway()
  fleet = await gateway.project('fleet')
  other = await gateway.project('other')
  lines = [await startDevice(), await startDevice(), await startDevice()]
  const projects = [fleet, fleet, other]
  const devices = await Promise.all(
    lines.map((line, at) => gateway.tcpDevice(projects[at] ?? other, `web-${at + 1}`, line.port)),
  )
  ids = devices.map(({ id }) => id)
  people = {
    admin: gateway.admin,
    owner: await gateway.person('owner', { projectId: fleet, role: 'owner' }),
    collaborator: await gateway.person('collaborator', { projectId: fleet, role: 'collaborator' }),
    watcher: await gateway.person('watcher', { projectId: fleet, role: 'watcher' }),
    elsewhere: await gateway.person('elsewhere', { projectId: other, role: 'owner' }),
    nobody: await gateway.person('nobody'),
  }
  for (const [at, line] of lines.entries()) {
    await line.connected()
    await line.print(printed)
    await vi.waitFor(async () => expect(await end(ids[at] ?? '')).toBe(printed.length))
  }
})
afterAll(async () => {
  await gateway.close()
  for (const line of lines) await line.close()
})

async function end(id: string): Promise<number> {
  return (await gateway.admin.call('GET', `/api/devices/${id}`)).body.console.end
}

async function search(person: Person | undefined, path: string, body: unknown): Promise<SearchRecord[]> {
  const answer = await person?.call('POST', path, body)
  expect([answer?.status, answer?.headers.get('content-type')]).toEqual([
    200,
    'application/x-ndjson; charset=utf-8',
  ])
  return (answer?.text ?? '')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line))
}

const matches = (records: SearchRecord[]) => records.filter((record) => record.type === 'match')

describe('searching', () => {
  test('one console: matches with their place, then the end', async () => {
    const records = await search(people.watcher, `/api/devices/${ids[0]}/history/search`, { text: 'MCE:' })
    expect(matches(records)).toMatchObject([
      { deviceId: ids[0], deviceName: 'web-1', offset: 12, line: 'mce: bank 4', range: [0, 4] },
    ])
    expect(records.at(-1)).toMatchObject({ type: 'end', complete: true, matches: 1, cursor: null })
  })

  test.each([
    ['admin', ['web-1', 'web-2', 'web-3']],
    ['owner', ['web-1', 'web-2']],
    ['collaborator', ['web-1', 'web-2']],
    ['watcher', ['web-1', 'web-2']],
    ['elsewhere', ['web-3']],
    ['nobody', []],
  ])('over all consoles %s finds only lines of consoles they may see', async (role, names) => {
    const records = await search(people[role], '/api/history/search', { text: 'mce:', devices: ids })
    expect(matches(records).map(({ deviceName }) => deviceName)).toEqual(names)
    expect(
      JSON.stringify(records)
        .match(/web-\d/g)
        ?.every((name) => names.includes(name)) ?? true,
    ).toBe(true)
    const progress = records.find((record) => record.type === 'progress')
    expect(progress?.totalConsoles).toBe(names.length)
  })

  test('a project, chosen devices and a time narrow it', async () => {
    const found = async (more: object) =>
      matches(await search(gateway.admin, '/api/history/search', { text: 'mce:', ...more })).map(
        ({ deviceName }) => deviceName,
      )
    expect(await found({ projectId: other })).toEqual(['web-3'])
    expect(await found({ devices: [ids[1]] })).toEqual(['web-2'])
    expect(await found({ since: Date.now() + 60_000 })).toEqual([])
    expect(await found({ until: 1000 })).toEqual([])
    expect(await found({ since: Date.now() - 600_000 })).toHaveLength(3)
  })

  test('a cursor goes on where the limit ended it', async () => {
    const names: string[] = []
    let cursor: string | null | undefined
    for (let round = 0; cursor !== null; round++) {
      expect(round).toBeLessThan(10)
      const records = await search(gateway.admin, '/api/history/search', {
        text: ' %',
        limit: 2,
        ...(cursor !== undefined && { cursor }),
      })
      names.push(...matches(records).map(({ deviceName, line }) => `${deviceName} ${line}`))
      const last = records.at(-1)
      cursor = last?.type === 'end' ? last.cursor : null
    }
    expect(names).toEqual(
      ['web-1', 'web-2', 'web-3'].flatMap((name) => [`${name} 100 %`, `${name} 50 %`, `${name} 10 %`]),
    )
  })

  test('what is no expression is refused in words, what is too costly ends with that', async () => {
    const path = `/api/devices/${ids[0]}/history/search`
    const wrong = await gateway.admin.call('POST', path, { text: '(', regex: true })
    expect([wrong.status, wrong.body.error.code]).toEqual([400, 'bad-request'])
    await lines[0]?.print(`\r\n${'a'.repeat(60)}!`)
    await expect.poll(() => end(ids[0] ?? '')).toBe(printed.length + 63)
    const records = await search(gateway.admin, path, { text: '(a+)+$', regex: true })
    expect(records.slice(-2)).toMatchObject([
      { type: 'problem', code: 'too-costly' },
      { type: 'end', complete: false, cursor: null },
    ])
  })

  test('is audited without what was looked for', async () => {
    await search(gateway.admin, '/api/history/search', { text: 'hunter2' })
    const entries = (await gateway.admin.call('GET', '/api/audit?action=history.searched')).body
    expect(entries[0]).toMatchObject({
      action: 'history.searched',
      detail: { regex: false, context: 0, consoles: 3 },
    })
    expect(JSON.stringify(entries)).not.toContain('hunter2')
    expect(gateway.logged()).not.toContain('hunter2')
  })

  test('ends when whoever asked goes away, and makes room for the next', async () => {
    const path = `${gateway.url}/api/devices/${ids[0]}/history/search`
    const ask = (signal: AbortSignal) =>
      fetch(path, {
        method: 'POST',
        signal,
        headers: { Cookie: gateway.admin.cookie, Origin: gateway.url, 'Content-Type': 'application/json' },
        // Each takes a second until it is given up.
        body: JSON.stringify({ text: '(a+)+$', regex: true }),
      })
    const gone = new AbortController()
    const running = [ask(gone.signal), ask(gone.signal)]
    const answers = await Promise.all(running)
    expect(answers.map(({ status }) => status)).toEqual([200, 200])
    gone.abort()
    await vi.waitFor(
      async () => {
        const again = await gateway.admin.call('POST', `/api/devices/${ids[1]}/history/search`, {
          text: 'mce:',
        })
        expect(again.status).toBe(200)
      },
      { timeout: 10_000 },
    )
  })

  test('needs the origin of the page, as whatever starts work', async () => {
    const answer = await gateway.admin.call(
      'POST',
      '/api/history/search',
      { text: 'x' },
      { Origin: 'https://evil.example' },
    )
    expect(answer.status).toBe(403)
  })
})

describe('places', () => {
  test('a time has an offset and an offset a time', async () => {
    const path = `/api/devices/${ids[1]}/history/position`
    const first = (await gateway.admin.call('GET', `${path}?offset=0`)).body
    expect(first).toMatchObject({ offset: 0, at: expect.any(Number), exact: true })
    const iso = new Date(first.at).toISOString()
    expect((await gateway.admin.call('GET', `${path}?at=${iso}`)).body).toEqual(first)
    expect((await gateway.admin.call('GET', `${path}?at=${first.at + 3_600_000}`)).body).toEqual({
      offset: printed.length,
      at: null,
      exact: true,
    })
    expect((await gateway.admin.call('GET', `${path}?at=${iso}&offset=0`)).status).toBe(400)
    expect((await gateway.admin.call('GET', `${path}?offset=999999`)).status).toBe(400)
  })

  test('the overview says how much was printed when', async () => {
    const { body } = await gateway.admin.call('GET', `/api/devices/${ids[1]}/history/overview?buckets=10`)
    expect(body.first.offset).toBe(0)
    expect(body.last.offset).toBe(printed.length)
    expect(body.buckets.reduce((sum: number, { bytes }: { bytes: number }) => sum + bytes, 0)).toBe(
      printed.length,
    )
    expect(body).toMatchObject({ gaps: [], moreGaps: false })
  })

  test('a slice can end at an offset, or begin at a time', async () => {
    const path = `/api/devices/${ids[1]}/history`
    const slice = async (query: string) => {
      const answer = await gateway.admin.call('GET', `${path}?${query}`)
      return [answer.text, answer.headers.get('lifeline-offset'), answer.headers.get('lifeline-oldest')]
    }
    expect(await slice('before=7&limit=4')).toEqual([printed.slice(3, 7), '3', '0'])
    expect(await slice('before=7')).toEqual([printed.slice(0, 7), '0', '0'])
    expect(await slice('before=0')).toEqual(['', '0', '0'])
    expect(await slice('at=2020-01-01T00:00:00Z')).toEqual([printed, '0', '0'])
    expect((await gateway.admin.call('GET', `${path}?before=7&from=3`)).status).toBe(400)
  })
})

describe('downloading', () => {
  const get = (query: string, person = gateway.admin) =>
    person.call('GET', `/api/devices/${ids[2]}/history/download?${query}`)

  test('raw is what was printed, under a safe name', async () => {
    const { text, headers } = await get('format=raw')
    expect(text).toBe(printed)
    expect(headers.get('content-disposition')).toMatch(/^attachment; filename="web-3-\d{8}T\d{6}Z\.log"$/)
    expect((await get('format=raw&from=7&to=12')).text).toBe(printed.slice(7, 12))
  })

  test('text is what a person would have read', async () => {
    expect((await get('format=text')).text).toBe('Linux\nmce: bank 4\n100 %\nlogin: \n')
  })

  test('asciicast has the size and a time for what was printed', async () => {
    const events = (await get('format=asciicast')).text
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line))
    expect(events[0]).toMatchObject({ version: 2, width: 80, height: 24, title: 'web-3' })
    expect(
      events
        .slice(1)
        .map(([, , text]) => text)
        .join(''),
    ).toBe(printed)
    expect(events.slice(1).every(([at, kind]) => at >= 0 && kind === 'o')).toBe(true)
  })

  test('is audited once each', async () => {
    await get('format=text&from=7&to=12')
    const entries = (await gateway.admin.call('GET', '/api/audit?action=history.downloaded')).body
    expect(entries[0]).toMatchObject({ target: 'web-3', detail: { format: 'text', from: 7, to: 12 } })
  })
})

test('what one may not see answers as what does not exist', async () => {
  const missing = `dev_${'a'.repeat(20)}`
  for (const [method, path, body] of [
    ['GET', 'history'],
    ['GET', 'history/download'],
    ['GET', 'history/position?offset=0'],
    ['GET', 'history/overview'],
    ['POST', 'history/search', { text: 'x' }],
  ] as const) {
    const hidden = await people.elsewhere?.call(method, `/api/devices/${ids[0]}/${path}`, body)
    const nothing = await people.elsewhere?.call(method, `/api/devices/${missing}/${path}`, body)
    expect([path, hidden?.status, hidden?.text]).toEqual([path, 404, nothing?.text])
    expect((await people.watcher?.call(method, `/api/devices/${ids[0]}/${path}`, body))?.status).toBe(200)
    const stranger = await fetch(`${gateway.url}/api/devices/${ids[0]}/${path}`, { method })
    expect([path, stranger.status]).toEqual([path, method === 'GET' ? 401 : 403])
  }
})

describe('times beside lines', () => {
  test('a span has the time of its first byte, and the gaps at its ends', async () => {
    const before = Date.now()
    const device = await startDevice()
    const { id } = await gateway.tcpDevice(fleet, 'web-marks', device.port)
    await device.connected()
    await device.print('one\r\n')
    await vi.waitFor(async () => expect(await end(id)).toBe(5))
    const whole = await gateway.admin.call('GET', `/api/devices/${id}/history/marks?from=0&to=5`)
    expect(whole.body.marks[0].offset).toBe(0)
    expect(whole.body.marks[0].at).toBeGreaterThanOrEqual(before)
    await device.close()
    await vi.waitFor(async () => {
      const { body } = await gateway.admin.call('GET', `/api/devices/${id}/history/marks?from=2&to=5`)
      expect(body.marks.map(({ offset }: { offset: number }) => offset)).toEqual([2])
      expect(body.gaps.every(({ from }: { from: number }) => from === 5)).toBe(true)
    })
    const wide = await gateway.admin.call('GET', `/api/devices/${id}/history/marks?from=0&to=1048577`)
    expect(wide.status).toBe(400)
    const beyond = await gateway.admin.call('GET', `/api/devices/${id}/history/marks?from=6&to=7`)
    expect(beyond.status).toBe(400)
  })

  test('scrolling is one entry in the audit, not one for each slice', async () => {
    for (const limit of [3, 4, 5])
      await people.collaborator?.call('GET', `/api/devices/${ids[1]}/history?limit=${limit}`)
    const { body } = await gateway.admin.call('GET', `/api/audit?action=history.read&deviceId=${ids[1]}`)
    expect(body.filter(({ actor }: { actor: string }) => actor.startsWith('collaborator'))).toHaveLength(1)
  })
})
