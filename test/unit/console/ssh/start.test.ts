import { describe, expect, it } from 'vitest'
import { presetFor, type TypedStart } from '../../../../server/console/ssh/presets.ts'
import { Starter, type StartStep } from '../../../../server/console/ssh/start.ts'

type Name = 'idrac' | 'ilo' | 'xcc' | 'supermicro'

function starter(preset: Name, startCommand?: string): Starter {
  const { start, name } = presetFor({ preset, startCommand })
  return new Starter({ start: start as TypedStart, name })
}

const hear = (starter: Starter, text: string): StartStep => starter.heard(Buffer.from(text))

/** What each BMC says, as people have written it down. */
const transcripts: { preset: Name; dialogue: [string, string][]; opened: string }[] = [
  {
    preset: 'ilo',
    dialogue: [
      [
        'User:admin logged-in to ILOX.(10.0.0.9)\r\niLO 5 Standard 2.72\r\nServer Power: On\r\n\r\n</>hpiLO-> ',
        'vsp',
      ],
    ],
    opened:
      "vsp\r\n\r\nVirtual Serial Port Active: COM2\r\n\r\nStarting virtual serial port.\r\nPress 'ESC (' to return to the CLI Session.\r\n",
  },
  {
    preset: 'idrac',
    dialogue: [['/admin1-> ', 'console com2']],
    opened: 'console com2\r\nConnected to Serial Device 2. To end type: ^\\\r\n',
  },
  {
    preset: 'idrac',
    dialogue: [['racadm>>', 'console com2']],
    opened: '\r\nConnected to Serial Device 2. To end type: ^\\',
  },
  {
    preset: 'supermicro',
    dialogue: [
      ['Insyde SMASH-CLP System Management Shell\r\n\r\n-> ', 'cd system1/sol1'],
      ['cd system1/sol1\r\n/system1/sol1\r\n\r\n-> ', 'start'],
    ],
    opened: 'start\r\n/system1/sol1\r\n\r\npress <Enter>, <Esc>, and then <T> to terminate session\r\n',
  },
]

describe('starting a console at a BMC', () => {
  it.each(transcripts)(
    '$preset types each line at its prompt and sees that it opened',
    ({ preset, dialogue, opened }) => {
      const session = starter(preset)
      for (const [said, typed] of dialogue) expect(hear(session, said)).toEqual({ kind: 'type', line: typed })
      expect(hear(session, opened)).toEqual({ kind: 'started' })
    },
  )

  it('hears a prompt that comes byte by byte, and in colour', () => {
    const session = starter('ilo')
    const bytes = [...Buffer.from('\x1b[1m</>hpiLO-> ')]
    const steps = bytes.map((byte) => session.heard(Uint8Array.of(byte)).kind)
    expect(steps.filter((kind) => kind === 'type')).toHaveLength(1)
    expect(hear(starter('ilo'), '\x1b[1m</>hpiLO->\x1b[0m ')).toEqual({ kind: 'type', line: 'vsp' })
  })

  it('does not take a prompt in the middle of a text for one', () => {
    expect(hear(starter('xcc'), 'type at system> to begin\r\n')).toEqual({ kind: 'wait' })
  })

  it('takes silence after the command for an open console', () => {
    const session = starter('xcc')
    expect(hear(session, 'system> ')).toEqual({ kind: 'type', line: 'console 1' })
    expect(hear(session, 'console 1\r\n')).toEqual({ kind: 'wait' })
    expect(session.expired()).toEqual({ kind: 'started' })
  })

  it('says that the console is taken', () => {
    const session = starter('ilo')
    hear(session, '</>hpiLO-> ')
    const step = hear(
      session,
      'vsp\r\nVirtual Serial Port is currently in use by another session.\r\n</>hpiLO-> ',
    )
    expect(step).toMatchObject({ kind: 'failed', cause: { code: 'busy' } })
    const slow = starter('xcc')
    hear(slow, 'system> ')
    hear(slow, 'console 1\r\nA session is already active.\r\n')
    expect(slow.expired()).toMatchObject({ kind: 'failed', cause: { code: 'busy' } })
  })

  it('says that the command did not help when the prompt comes back', () => {
    const session = starter('idrac')
    hear(session, 'racadm>>')
    expect(hear(session, 'console com2\r\nERROR: invalid\r\nracadm>>')).toMatchObject({
      kind: 'failed',
      cause: { code: 'other', message: expect.stringContaining('"console com2"') },
    })
  })

  it('says that no prompt came, whatever was said instead', () => {
    const session = starter('ilo')
    for (let i = 0; i < 100; i += 1) hear(session, 'x'.repeat(1000))
    expect(session.expired()).toMatchObject({ kind: 'failed', cause: { code: 'no-answer' } })
  })

  it("types the device's own command in the preset's place, line by line", () => {
    const session = starter('supermicro', ' cd system1/sol2; start ')
    expect(hear(session, '-> ')).toEqual({ kind: 'type', line: 'cd system1/sol2' })
    expect(hear(session, '\r\n-> ')).toEqual({ kind: 'type', line: 'start' })
  })

  it('runs the own command of a device without a command line', () => {
    expect(presetFor({ preset: 'none', startCommand: 'virsh console vm1' })).toMatchObject({
      command: 'virsh console vm1',
      start: { how: 'run' },
    })
    expect(presetFor({ preset: 'openbmc' }).command).toBeUndefined()
  })
})
