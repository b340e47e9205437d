import { describe, expect, test } from 'vitest'
import type { Prompt } from '../../../../server/console/prompts/prompt.ts'
import { recognise } from '../../../../server/console/prompts/recognise.ts'
import { editorLines, linuxLine } from '../../../../server/recover/boot/grub-editor.ts'
import { additionTo } from '../../../../server/recover/boot/loader.ts'
import { nextBootStep } from '../../../../server/recover/boot/state.ts'
import type { BootSight, BootState, Catching } from '../../../../server/recover/boot/step.ts'
import { editorScreen, menuScreen } from './grub-screens.ts'

const linux =
  '        linux        /boot/vmlinuz-6.1.0 root=/dev/vda1 ro console=tty0 console=ttyS1,9600n8 quiet'

function sight(
  view: { rows: string[]; cursor: { row: number; col: number } },
  more: Partial<BootSight> = {},
): BootSight {
  const whole = { ...view, size: { rows: 24, cols: 80 }, alternate: false, offset: 0 }
  return { prompt: recognise(whole), view: whole, heard: '', raw: '', waited: 0, ...more }
}
const line = (text: string) => ({ rows: [text], cursor: { row: 0, col: text.length } })
const catching: Catching = { at: 'catching', keys: 0, spoke: false, unseen: null, again: true }
const drawn = { heard: 'GNU GRUB  version 2.06' }

describe('the entry in GRUB’s editor', () => {
  test('is read across rows that are wrapped', () => {
    const view = editorScreen(linux)
    expect(linuxLine(view)).toEqual({ text: linux, first: 7, last: 8, whole: true })
    expect(editorLines(view)[2]?.text).toBe('        insmod ext2')
  })

  test('is read where the frame is drawn with line characters', () => {
    const view = editorScreen(linux)
    const rows = view.rows.map((row) => row.replaceAll('|', '│'))
    expect(linuxLine({ rows })?.text).toBe(linux)
  })

  test.each(['linux16', 'linuxefi'])('may load Linux by %s', (command) => {
    expect(linuxLine(editorScreen(`  ${command} /vmlinuz`))?.text).toBe(`  ${command} /vmlinuz`)
  })

  test('keeps the serial console that it has, or gets the first', () => {
    expect(additionTo(linux)).toBe(' init=/bin/sh loglevel=7 plymouth.enable=0 console=ttyS1,9600n8')
    expect(additionTo('linux /vmlinuz quiet console=tty0')).toContain(' console=ttyS0')
  })

  test('gets nothing typed that a shell would run, whatever stands behind the name of its console', () => {
    for (const tail of [';reboot', '$(reboot)', '`reboot`', '|sh', '\x1b[A', '&', '>/etc/shadow'])
      expect(additionTo(`linux /vmlinuz console=ttyS1,9600n8${tail} quiet`)).toMatch(/ console=ttyS1,9600n8$/)
  })
})

describe('the way to a rescue shell', () => {
  test('goes from the menu to the line, puts its addition there, reads it back and boots', () => {
    const opened = nextBootStep(catching, sight(menuScreen, drawn))
    expect(opened).toEqual({ state: { at: 'opening', loader: 'grub', inside: 0 }, key: 'edit' })
    const editing = nextBootStep(opened.state, sight(editorScreen(linux)))
    expect(editing).toEqual({ state: { at: 'seeking', loader: 'grub', keys: 0, inside: 0 }, key: 'none' })
    const down = nextBootStep(editing.state, sight(editorScreen(linux)))
    expect(down).toEqual({ state: { at: 'seeking', loader: 'grub', keys: 1, inside: 0 }, key: 'down' })
    const reached = nextBootStep(down.state, sight(editorScreen(linux, 3)))
    expect(reached).toEqual({ state: { at: 'reading', loader: 'grub', text: null }, key: 'end' })
    const once = nextBootStep(reached.state, sight(editorScreen(linux, 3)))
    expect(once).toEqual({ state: { at: 'reading', loader: 'grub', text: linux }, key: 'none' })
    const there = nextBootStep(once.state, sight(editorScreen(linux, 3)))
    expect(there).toMatchObject({ state: { at: 'reading-back' }, key: 'addition' })
    const early = nextBootStep(there.state, sight(editorScreen(`${linux} init=/bi`, 3)))
    expect(early).toEqual({ state: there.state, key: 'none' })
    const read = nextBootStep(there.state, sight(editorScreen(linux + additionTo(linux), 3)))
    expect(read).toEqual({ state: { at: 'booting' }, key: 'boot' })
    expect(nextBootStep(read.state, sight(line('# '))).state).toEqual({ at: 'shell' })
  })

  test('presses Esc for a menu that is hidden, a few times and not in a row', () => {
    const loading = { heard: 'GRUB loading.\nWelcome to GRUB!\n' }
    const first = nextBootStep(catching, sight(line(''), loading))
    expect(first).toEqual({ state: { ...catching, keys: 1, spoke: true }, key: 'escape' })
    expect(nextBootStep(first.state, sight(line(''), { ...loading, waited: 100 })).key).toBe('none')
    const late = { ...loading, waited: 2000 }
    expect(nextBootStep({ ...catching, keys: 4 }, sight(line(''), late)).key).toBe('none')
  })

  test('comes back from GRUB’s command line', () => {
    const back = nextBootStep(catching, sight(line('grub> ')))
    expect(back).toMatchObject({ state: { at: 'catching', keys: 1 }, key: 'menu' })
  })

  test('does not type at a command line for ever', () => {
    let state: BootState = catching
    let keys = 0
    for (let look = 0; look < 100; look++) {
      const next = nextBootStep(state, sight(line('grub> '), { waited: 2000 }))
      if (next.key !== 'none') keys += 1
      state = next.state
    }
    expect(keys).toBeLessThanOrEqual(6)
    const late = nextBootStep(state, sight(line('grub> '), { waited: 1_000_000 }))
    expect(late.state).toEqual({ at: 'refused', cause: 'no-boot-loader' })
  })

  const shown = (prompt: Prompt, more: Partial<BootSight> = {}) =>
    sight(line(prompt.evidence), { prompt, ...more })
  const unknown: Prompt = { kind: 'unknown', evidence: '' }
  const login: Prompt = { kind: 'login', evidence: 'web7 login:', host: 'web7', typed: '', disturbed: false }
  test.each<[string, BootState, BootSight]>([
    ['loader-password', catching, shown(unknown, { heard: 'Enter username:' })],
    [
      'loader-password',
      { at: 'opening', loader: 'grub', inside: 0 },
      shown(unknown, { heard: 'Enter username:' }),
    ],
    ['menu-missed', catching, shown(unknown, { heard: 'BIOS\n[    0.000000] Linux version 6.1.0' })],
    ['menu-missed', catching, shown(login, { heard: 'web7 login: ' })],
    ['no-boot-loader', catching, shown(unknown, { waited: 1_000_000 })],
    ['no-editor', { at: 'opening', loader: 'grub', inside: 0 }, sight(menuScreen, { waited: 20_000 })],
    [
      'no-linux-line',
      { at: 'seeking', loader: 'grub', keys: 200, inside: 0 },
      sight(editorScreen('  chainloader +1')),
    ],
    [
      'no-linux-line',
      { at: 'seeking', loader: 'grub', keys: 3, inside: 0 },
      sight(editorScreen('  chainloader +1'), { waited: 3000 }),
    ],
    [
      'no-linux-line',
      { at: 'seeking', loader: 'grub', keys: 0, inside: 3 },
      sight(editorScreen("  menuentry 'Debian' {")),
    ],
    [
      'loader-password',
      { at: 'entering', loader: 'grub', inside: 0 },
      shown(unknown, { heard: 'Enter username:' }),
    ],
    [
      'menu-missed',
      { at: 'entering', loader: 'grub', inside: 0 },
      shown(unknown, { heard: 'Linux version 6.1.0' }),
    ],
    [
      'no-answer',
      { at: 'seeking', loader: 'grub', keys: 3, inside: 0 },
      sight(editorScreen(linux), { waited: 3000 }),
    ],
    [
      'line-too-long',
      { at: 'reading', loader: 'grub', text: null },
      sight(editorScreen('  chainloader +1'), { waited: 3000 }),
    ],
    [
      'mistyped',
      { at: 'reading-back', loader: 'grub', added: ' x', wanted: `${linux} x` },
      sight(editorScreen(linux, 3), { waited: 20_000 }),
    ],
    ['encrypted-root', { at: 'booting' }, shown(unknown, { heard: 'Please unlock disk vda3_crypt:' })],
    ['initial-system', { at: 'booting' }, sight(line('(initramfs) '))],
    ['addition-ignored', { at: 'booting' }, shown(login)],
    ['no-shell', { at: 'booting' }, shown(unknown, { waited: 400_000 })],
  ])('is given up: %s', (cause, state, seen) => {
    expect(nextBootStep(state, seen).state).toEqual({ at: 'refused', cause })
  })

  // cryptsetup-initramfs, systemd-ask-password, mkinitcpio and ZFS, dracut without systemd, cryptsetup's own.
  test.each([
    'Please unlock disk vda3_crypt: ',
    'Please enter passphrase for disk QEMU_HARDDISK (luks-7f3a): ',
    'A password is required to access the cryptroot volume:\nEnter passphrase for /dev/vda2: ',
    "Enter passphrase for 'rpool/ROOT':",
    'Password (/dev/vda2):',
    'cryptsetup: vda3_crypt: set up successfully',
  ])('an encrypted root is told of: %s', (asked) => {
    const { evidence } = recognise({
      ...line(asked),
      size: { rows: 24, cols: 80 },
      offset: 0,
      alternate: false,
    })
    const seen = shown({ kind: 'unknown', evidence }, { heard: `[    2.1] a message\n${asked}` })
    expect(nextBootStep({ at: 'booting' }, seen).state).toEqual({ at: 'refused', cause: 'encrypted-root' })
  })

  test('a boot loader that asks for a disk’s passphrase before its menu is told of', () => {
    const asked = 'GRUB loading.\nWelcome to GRUB!\n\nEnter passphrase for hd0,gpt2 (7f3a0c): '
    const seen = shown({ kind: 'unknown', evidence: asked }, { heard: asked })
    expect(nextBootStep(catching, seen).state).toEqual({ at: 'refused', cause: 'encrypted-root' })
  })

  test.each(['(initramfs) ', 'dracut:/# ', 'switch_root:/# ', 'emergency:/# '])(
    'the shell of an initial system is no rescue shell: %s',
    (prompt) => {
      const { state } = nextBootStep({ at: 'booting' }, sight(line(prompt)))
      expect(state).toEqual({ at: 'refused', cause: 'initial-system' })
    },
  )

  test.each(['# ', 'root@(none):/# ', 'bash-5.2# ', 'sh-5.2# ', '/ # '])(
    'a rescue shell is: %s',
    (prompt) => {
      expect(nextBootStep({ at: 'booting' }, sight(line(prompt))).state).toEqual({ at: 'shell' })
    },
  )

  test.each(['pi@lab1:~$ ', '$ ', 'root@(none):/# mount'])('no rescue shell is: %s', (prompt) => {
    expect(nextBootStep({ at: 'booting' }, sight(line(prompt))).state).toEqual({ at: 'booting' })
  })

  test('a line that differs from what was typed is never booted', () => {
    const state: BootState = {
      at: 'reading-back',
      loader: 'grub',
      added: ' init=/bin/sh',
      wanted: `${linux} init=/bin/sh`,
    }
    for (const damaged of [`${linux} init=/bn/sh`, `${linux} init=/bin/sh init=/bin/sh`, linux])
      expect(nextBootStep(state, sight(editorScreen(damaged, 3))).key).toBe('none')
  })
})
