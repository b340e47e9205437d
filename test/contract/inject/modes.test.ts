import { spawnSync } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { systemClock } from '../../../server/base/clock.ts'
import type { Server } from '../../../server/inject/authorized-keys/lines.ts'
import { askOverSsh } from '../../../server/inject/over-ssh.ts'
import { type PushKey, planPush } from '../../../server/inject/plan.ts'
import { readReport } from '../../../server/inject/program/report.ts'
import { programText } from '../../../server/inject/program/text.ts'
import { accountsCanBeMade, type LabAccount, labAccount } from '../../lab/account.ts'
import { startDropbear } from '../../lab/dropbear.ts'
import { makeKey } from '../../lab/ssh-keys.ts'
import { type SshServer, startSshd } from '../../lab/sshd.ts'

/**
 * `H` is the home folder, `F` the file: what sh does to them, and what a push says of a key that stands there. Debian's sshd
 * alone lets a group write that has no other member: the group is another one here, and a push as strict as OpenSSH's own.
 */
const cases: [script: string, says: string | RegExp][] = [
  [':', 'present'],
  ['chmod 400 $F', 'present'],
  ['chmod 644 $F; chmod 755 $H/.ssh', 'present'],
  ['chown 0:0 $F; chmod 644 $F', 'present'],
  ['chown 0:0 $H/.ssh $H; chmod 755 $H/.ssh; chmod 644 $F', 'present'],
  ['chgrp daemon $F; chmod 620 $F', /^puts right \S*authorized_keys$/],
  ['chmod 602 $F', /^puts right \S*authorized_keys$/],
  ['chgrp daemon $F; setfacl -m u:daemon:rw $F', /^puts right \S*authorized_keys$/],
  ['chgrp daemon $H/.ssh; chmod 770 $H/.ssh', /^puts right \S*\.ssh$/],
  ['chmod 666 $F; chmod 1777 $H/.ssh', /^puts right \S*authorized_keys \S*\.ssh$/],
  ['chgrp daemon $H; chmod 775 $H', /chmod go-w \S*lifeline-modes$/],
  ['chmod 1777 $H', /chmod go-w \S*lifeline-modes$/],
  ['chown daemon $F; chmod 644 $F', /chown lifeline-modes \S*authorized_keys$/],
  ['chown daemon $H/.ssh; chmod 755 $H/.ssh', /chown lifeline-modes \S*\.ssh$/],
  ['chown daemon $H', /chown lifeline-modes \S*lifeline-modes$/],
]

describe.skipIf(!accountsCanBeMade())('owners and modes (needs root, for a real account)', () => {
  let folder: string
  let account: LabAccount
  let key: PushKey
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'lifeline-modes-'))
    account = await labAccount('lifeline-modes')
    const { publicKey } = await makeKey({ path: join(folder, 'key'), type: 'ed25519' })
    const [type = '', base64 = ''] = publicKey.split(' ')
    key = { type, blob: Buffer.from(base64, 'base64'), comment: '' }
  })
  afterAll(() => rm(folder, { recursive: true }))

  const sh = (script: string): string => {
    const names = `H=${account.home}; F=$H/.ssh/authorized_keys; U=${account.user}`
    const { stdout, stderr } = spawnSync('sh', ['-e'], { input: `${names}\n${script}\n`, encoding: 'latin1' })
    if (stderr !== '') throw new Error(stderr)
    return stdout
  }
  const line = () => `${key.type} ${Buffer.from(key.blob).toString('base64')}`
  /** With the key in its file, and modes that no server objects to. */
  const afresh = () =>
    sh(
      `rm -rf $H/.ssh; mkdir -m 700 $H/.ssh; echo '${line()}' >$F; chmod 600 $F; chmod 755 $H; chown -R $U: $H`,
    )

  /** As the account's own login on a device with that server alone would say it. */
  const says = (server: Server): string => {
    const program = programText({ verb: 'look', account: account.user, needles: ['AAAA'] })
    const reading = readReport(sh(`su -s /bin/sh $U <<'END'\n${program}\nEND`))
    if (!reading.ok) throw new Error(reading.why)
    const only =
      server === 'openssh'
        ? { running: ['sshd'], sshd: ['strictmodes yes'] }
        : // What an sshd that does not run is told is nothing to Dropbear.
          { running: ['dropbear'], sshd: ['strictmodes no'] }
    const report = { ...reading.report, ...only }
    const planning = planPush({ report, account: account.user, keys: [key], now: 0 })
    if (planning.kind === 'refused') return planning.why
    if (planning.kind !== 'plan') return planning.kind
    const { keys, write } = planning.plan
    return write === undefined ? `${keys[0]?.verdict}` : `puts right ${write.tighten.join(' ')}`
  }
  const lets = async (server: SshServer): Promise<boolean> => {
    const [answer] = await askOverSsh(
      {
        host: server.host,
        port: server.port,
        username: account.user,
        hostKey: Object.values(server.fingerprints)[0],
        allowLocalTargets: true,
        clock: systemClock,
        signal: AbortSignal.timeout(60_000),
      },
      [key],
    )
    return answer === 'accepted'
  }

  describe.each<[Server, () => Promise<SshServer>]>([
    ['openssh', () => startSshd({ config: ['AuthorizedKeysFile .ssh/authorized_keys', 'StrictModes yes'] })],
    ['dropbear', () => startDropbear()],
  ])('of %s', (name, start) => {
    let server: SshServer
    beforeAll(async () => {
      server = await start()
    })
    afterAll(async () => {
      afresh()
      await server.close()
    })

    test.each(cases)('%s', async (script, expected) => {
      afresh()
      sh(script)
      expect(says(name)).toEqual(typeof expected === 'string' ? expected : expect.stringMatching(expected))
      expect(await lets(server)).toBe(expected === 'present')
    })
  })
})
