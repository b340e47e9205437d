import xterm from '@xterm/xterm'
import { describe, expect, test } from 'vitest'
import { kindOfInput, swallowQueries } from '../../../client/web/console/answers.ts'

const ESC = '\x1b'
const ST = `${ESC}\\`
const intermediates = ['', ...range(0x20, 0x2f)]
const prefixes = ['', ...range(0x3c, 0x3f)]
/** The parameters that some sequence takes for a question: none, zero, modes, sizes, titles, colours. */
const parameters = [
  '',
  '0',
  '1',
  '2',
  '5',
  '6',
  '11',
  '14',
  '14;2',
  '15',
  '16',
  '18',
  '20',
  '21',
  '25',
  '26',
  '53',
  '996',
  '1;1;1;1;1;1',
]

/** Everything that the terminal hands out, while it reads what a device printed. */
async function answersTo(printed: string, silent = true): Promise<string[]> {
  const terminal = new xterm.Terminal({ logLevel: 'off' })
  const said: string[] = []
  if (silent) swallowQueries(terminal.parser)
  terminal.onData((data) => said.push(data))
  terminal.onBinary((data) => said.push(data))
  await new Promise<void>((done) => terminal.write(printed, done))
  terminal.dispose()
  return said
}

describe('a silenced terminal', () => {
  test.each([
    ['status', `${ESC}[5n`],
    ['cursor position', `${ESC}[6n`],
    ['cursor position, DEC', `${ESC}[?6n`],
    ['device attributes', `${ESC}[c`],
    ['device attributes, secondary', `${ESC}[>c`],
    ['a mode', `${ESC}[4$p`],
    ['a private mode', `${ESC}[?2004$p`],
    ['a setting', `${ESC}P$qm${ST}`],
  ])('says nothing when asked for %s, which it would answer by itself', async (_, query) => {
    expect(await answersTo(query, false)).toHaveLength(1)
    expect(await answersTo(query)).toEqual([])
  })

  test('answers no control sequence there is', async () => {
    const every = prefixes.flatMap((prefix) =>
      intermediates.flatMap((between) =>
        range(0x40, 0x7e).flatMap((final) =>
          parameters.map((value) => `${ESC}[${prefix}${value}${between}${final}`),
        ),
      ),
    )
    expect(every.length).toBeGreaterThan(90_000)
    expect(await answersTo(every.join(''))).toEqual([])
  })

  test('answers no device control string there is', async () => {
    const texts = ['m', 'r', '"p', '"q', ' q', '544e', '']
    const every = prefixes.flatMap((prefix) =>
      intermediates.flatMap((between) =>
        range(0x40, 0x7e).flatMap((final) =>
          texts.map((text) => `${ESC}P${prefix}${between}${final}${text}${ST}`),
        ),
      ),
    )
    expect(await answersTo(every.join(''))).toEqual([])
  })

  test('answers no escape, no single control and no command to the operating system', async () => {
    const escapes = intermediates.flatMap((between) =>
      range(0x30, 0x7e).map((final) => `${ESC}${between}${final}`),
    )
    const controls = [...range(0x00, 0x1f), ...range(0x80, 0x9f)]
    const commands = Array.from({ length: 2100 }, (_, code) => [
      `${ESC}]${code};?\x07`,
      `${ESC}]${code};1;?${ST}`,
    ])
    // Each string ends what a half sequence before it has begun.
    expect(await answersTo([...escapes, ...controls, ...commands.flat()].join(ST))).toEqual([])
  })

  test('still sets colours and keeps to what is no question', async () => {
    const events: unknown[] = []
    const terminal = new xterm.Terminal({ logLevel: 'off' })
    swallowQueries({
      ...parserOf(terminal),
      registerOscHandler: (code, handler) =>
        terminal.parser.registerOscHandler(code, (data) => {
          const swallowed = handler(data)
          events.push([code, data, swallowed])
          return swallowed
        }),
    })
    await new Promise<void>((done) =>
      terminal.write(`${ESC}]4;1;#ff0000\x07${ESC}]11;?\x07${ESC}[31mred${ESC}[2;3H`, done),
    )
    expect(events).toEqual([
      [4, '1;#ff0000', false],
      [11, '?', true],
    ])
    expect(terminal.buffer.active.cursorX).toBe(2)
    expect(terminal.buffer.active.getLine(0)?.translateToString(true)).toBe('red')
    terminal.dispose()
  })
})

describe('what a terminal hands out', () => {
  test('is a report of focus when mode 1004 came among other modes', async () => {
    const said = await answersTo(`${ESC}[?25;1004h`)
    expect(said).toHaveLength(1)
    expect(said.map(kindOfInput)).toEqual(['focus'])
  })

  test.each([
    ['\x1b[I', 'focus'],
    ['\x1b[O', 'focus'],
    ['\x1b[<0;12;7M', 'mouse'],
    ['\x1b[<35;1;1m', 'mouse'],
    ['\x1b[A', 'keys'],
    ['\x1bOP', 'keys'],
    ['\x1b', 'keys'],
    ['[I', 'keys'],
    ['a\x1b[I', 'keys'],
    ['\x1b[200~\x1b[I\x1b[201~', 'keys'],
  ])('%j is %s', (data, kind) => expect(kindOfInput(data)).toBe(kind))
})

function range(from: number, to: number): string[] {
  return Array.from({ length: to - from + 1 }, (_, step) => String.fromCharCode(from + step))
}

function parserOf({ parser }: InstanceType<typeof xterm.Terminal>): Parameters<typeof swallowQueries>[0] {
  return {
    registerCsiHandler: (id, handler) => parser.registerCsiHandler(id, handler),
    registerDcsHandler: (id, handler) => parser.registerDcsHandler(id, handler),
    registerEscHandler: (id, handler) => parser.registerEscHandler(id, handler),
    registerOscHandler: (id, handler) => parser.registerOscHandler(id, handler),
  }
}
