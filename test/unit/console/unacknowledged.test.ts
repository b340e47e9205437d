import { describe, expect, it } from 'vitest'
import { endpoint, unacknowledgedIn } from '../../../server/console/unacknowledged.ts'

const row = '0100007F:E4A6 0202007F:08FC '
const table = (state: string, retransmits: string, probes: number) =>
  [
    '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode',
    '   0: 00000000:07E8 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 655 1 00000000ab9c3db8 100 0 0 10 0',
    `   1: ${row}01 ${state} 01:00000014 ${retransmits}     0        ${probes} 73841 3 0000000057f09f8b 20 4 22 44 -1`,
    '',
  ].join('\n')

describe('a row of /proc/net/tcp', () => {
  it.each([
    ['nothing written', '00000000:00000000', '00000000', 0, 'none'],
    ['something received', '00000000:000083D7', '00000000', 0, 'none'],
    ['just written', '00000010:00000000', '00000000', 0, 'on-its-way'],
    ['written and repeated', '00000010:00000000', '00000003', 0, 'repeating'],
    ['repeated many times', '00000010:00000000', '0000000F', 0, 'repeating'],
    ['a full window whose probes are answered', '0002F000:00000000', '00000000', 0, 'on-its-way'],
    ['a full window whose probes are not', '0002F000:00000000', '00000000', 2, 'repeating'],
  ])('tells of %s', (_, queues, retransmits, probes, expected) => {
    expect(unacknowledgedIn(table(queues, retransmits, probes), row)).toBe(expected)
  })

  it('is none of ours when it is of another connection', () => {
    expect(unacknowledgedIn(table('00000010:00000000', '00000003', 0), '0100007F:E4A7 0202007F:08FC ')).toBe(
      'none',
    )
  })

  it.each([
    ['127.0.0.1', 8080, 'LE', '0100007F:1F90'],
    ['127.0.0.1', 8080, 'BE', '7F000001:1F90'],
    ['192.0.2.7', 23, 'LE', '070200C0:0017'],
    ['::1', 23, 'LE', '00000000000000000000000001000000:0017'],
    ['2001:db8::ff00:42:8329', 65535, 'LE', 'B80D01200000000000FF000029834200:FFFF'],
    ['fe80::1%eth0', 1, 'LE', '000080FE000000000000000001000000:0001'],
    ['::ffff:192.0.2.7', 1, 'LE', '0000000000000000FFFF0000070200C0:0001'],
  ] as const)('names %s port %d (%s) as %s', (address, port, order, expected) => {
    expect(endpoint(address, port, order)).toBe(expected)
  })
})
