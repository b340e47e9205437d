import { execFileSync } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { commandsFor } from '../../../../client/web/connect/commands.ts'

test.each(['192.0.2.7', '2001:db8::7', 'web-1.example.org'])(
  'ssh itself reads what is copied for %s',
  async (address) => {
    const commands = commandsFor({ name: 'web-1', address })
    expect(commands).toMatchObject({
      ssh: `ssh root@${address}`,
      putty: `putty -ssh root@${address} -i key.ppk`,
    })
    const folder = await mkdtemp(join(tmpdir(), 'lifeline-connect-'))
    const file = join(folder, 'config')
    await writeFile(file, `${commands?.config}\n`)
    const read = execFileSync('ssh', ['-G', '-F', file, 'web-1'], { encoding: 'utf8' })
    await rm(folder, { recursive: true })
    expect(read).toContain(`\nhostname ${address}\n`)
    expect(read).toContain('user root\n')
    expect(read).toContain('\nidentitiesonly yes\n')
    expect(read).toMatch(/\nuserknownhostsfile \S+known_hosts \S+known_hosts_lifeline\n/)
  },
)

test('another port stands in each of them', () => {
  expect(commandsFor({ name: 'web-1', address: '192.0.2.7', port: 2222 })).toMatchObject({
    ssh: 'ssh -p 2222 root@192.0.2.7',
    putty: 'putty -ssh -P 2222 root@192.0.2.7 -i key.ppk',
    plink: 'plink -ssh -P 2222 root@192.0.2.7 -i key.ppk',
    config: expect.stringContaining('\n    Port 2222\n'),
  })
})

test.each([
  ['-oProxyCommand=reboot', 'web-1'],
  ['a; reboot', 'web-1'],
  ['$(reboot)', 'web-1'],
  ['192.0.2.7\nProxyCommand reboot', 'web-1'],
  ['fe80::1%eth0;reboot', 'web-1'],
  ['192.0.2.7', '*'],
  ['192.0.2.7', '-x'],
])('no command is made of the address %j and the name %j', (address, name) => {
  expect(commandsFor({ name, address })).toBeNull()
})
