import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { Secret } from '../../../server/base/secret.ts'
import { rescuedMark, rescueProgram } from '../../../server/recover/rescue-program.ts'
import { type Userland, userlands } from '../../lab/userlands.ts'

const program = rescueProgram(new Secret("it's new"))

describe.each(userlands)('the rescue program, with $name', ({ open }) => {
  let land: Userland
  beforeEach(() => {
    land = open()
  })
  afterEach(() => land.close())

  /** What would change this machine is noted instead, and what it has of SELinux is not looked at. */
  const run = (more = '') => {
    const noted = `${land.folder}/noted`
    const tools = ['mount', 'chage', 'faillock', 'pam_tally2', 'sync', 'touch']
    const standIns = tools.map((name) => `${name}(){ echo ${name} "$@" >>${noted}; }`)
    const chpasswd = `chpasswd(){ cat >>${noted}; }`
    const config = land.here(`${land.folder}/selinux`)
    if (!existsSync(config)) writeFileSync(config, 'SELINUX=disabled\n')
    const grep = `grep(){ [ "$3" = /etc/selinux/config ]&&command grep "$1" "$2" ${land.folder}/selinux; }`
    return land.run([...standIns, chpasswd, grep, more, program].join('\n'))
  }
  const noted = () =>
    readFileSync(land.here(`${land.folder}/noted`), 'latin1')
      .trimEnd()
      .split('\n')

  test('makes the disk writable, sets the password, ends an expiry and a lock, and puts the disk in order', async () => {
    expect((await run()).trimEnd().endsWith(rescuedMark)).toBe(true)
    expect(noted().filter((line) => !line.startsWith('mount -t proc'))).toEqual([
      'mount -o remount,rw /',
      "root:it's new",
      'chage -E -1 -I -1 -M -1 root',
      'faillock --user root --reset',
      'pam_tally2 --user root --reset',
      'sync',
      'mount -o remount,ro /',
    ])
  })

  test.each([
    ['enforcing', '# SELINUX= can take one of these\nSELINUX=enforcing\nSELINUXTYPE=targeted\n', true],
    ['permissive', 'SELINUX=permissive\n', true],
    ['off', 'SELINUX=disabled\n', false],
    ['only written of', '#SELINUX=enforcing\nSELINUXTYPE=targeted\n', false],
  ])('has what was written labelled anew where SELinux is %s', async (_, config, anew) => {
    writeFileSync(land.here(`${land.folder}/selinux`), config)
    expect((await run()).trimEnd().endsWith(rescuedMark)).toBe(true)
    const order = noted().filter((line) => /^(?:touch|sync|mount -o remount,ro)/.test(line))
    expect(order).toEqual([...(anew ? ['touch /.autorelabel'] : []), 'sync', 'mount -o remount,ro /'])
  })

  test('sets nothing where the disk stays read-only, and says why', async () => {
    const said = await run('mount(){ echo cannot remount;return 32; }')
    expect(said).toContain('cannot remount')
    expect(said).not.toContain(rescuedMark)
  })

  test('does not say that it is done where the password was refused, and puts the disk in order', async () => {
    expect(await run('chpasswd(){ echo too weak;return 1; }')).not.toContain(rescuedMark)
    expect(noted().at(-1)).toBe('mount -o remount,ro /')
  })
})
