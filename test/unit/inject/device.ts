import { linesOf } from '../../../server/inject/authorized-keys/lines.ts'
import type { PushKey, Write } from '../../../server/inject/plan.ts'
import type { FileReport, Report } from '../../../server/inject/program/report.ts'
import { cksum } from '../../../server/operator/cksum.ts'

export const home = '/home/ann'
export const keysPath = `${home}/.ssh/authorized_keys`

/** What the program would report of a device whose file of keys has this content, or which has none. */
export function reportOf(content: Uint8Array | undefined, more: Partial<Report> = {}): Report {
  return {
    account: { runsAs: 1000, uid: 1000, gid: 1000, home },
    accountMissing: false,
    installed: ['sshd'],
    running: ['sshd'],
    openWrt: false,
    hostKey: undefined,
    sshd: ['authorizedkeysfile .ssh/authorized_keys .ssh/authorized_keys2', 'strictmodes yes'],
    configs: [],
    files: [fileReport(content), fileReport(undefined, `${keysPath}2`)],
    outcome: { kind: 'looked' },
    ...more,
  }
}

export function fileReport(content: Uint8Array | undefined, path = keysPath): FileReport {
  const bytes = content ?? new Uint8Array()
  const file = content === undefined ? undefined : mode('-rw-------')
  return {
    kind: content === undefined ? 'absent' : 'file',
    path,
    resolved: path,
    readable: true,
    sum: `${cksum(bytes)} ${bytes.length}`,
    size: bytes.length,
    lines: bytes.filter((byte) => byte === 10).length,
    endsWithLineEnd: bytes.at(-1) === 10,
    found: linesOf(bytes),
    attributes: '',
    modes: [file, mode('drwx------'), mode('drwxr-xr-x'), mode('drwxr-xr-x', 0), mode('drwxr-xr-x', 0)],
  }
}

export const mode = (text: string, uid = 1000) => ({ text, links: 1, uid, gid: uid })

/** The file after the write, as O_APPEND leaves it. */
export function written(content: Uint8Array | undefined, write: Write | undefined): Uint8Array | undefined {
  return write === undefined ? content : Buffer.concat([content ?? new Uint8Array(), write.data])
}

export const pushKey = (key: { type: string; blob: Uint8Array }, comment = ''): PushKey => ({
  type: key.type,
  blob: key.blob,
  comment,
})
