import { kernelLine } from './sysrq.ts'

/** Something the chatterbox prints, `afterMs` after what came before. `at` is the device's uptime in ms by then. */
export interface Line {
  afterMs: number
  text: (uptimeMs: number) => string
  /** From here on uptime counts. */
  isKernelStart?: true
}

const plain = (afterMs: number, text: string): Line => ({ afterMs, text: () => text })
const kernel = (afterMs: number, text: string): Line => ({
  afterMs,
  text: (uptime) => kernelLine(uptime, text),
})

const green = (text: string) => `\x1b[0;32m${text}\x1b[0m`
const red = (text: string) => `\x1b[0;1;31m${text}\x1b[0m`
const systemd = (afterMs: number, mark: string, text: string): Line => plain(afterMs, `[${mark}] ${text}\r\n`)
const ok = (text: string) => systemd(60, green('  OK  '), text)
const failed = (text: string) => systemd(90, red('FAILED'), text)

const menu = [
  '\x1b[2J\x1b[H',
  '                             GNU GRUB  version 2.06\r\n\r\n',
  ' ┌────────────────────────────────────────────────────────────────────────────┐\r\n',
  ' │\x1b[7m*Debian GNU/Linux                                                           \x1b[0m│\r\n',
  ' │ Advanced options for Debian GNU/Linux                                      │\r\n',
  ' └────────────────────────────────────────────────────────────────────────────┘\r\n\r\n',
  '   The highlighted entry will be executed automatically in 3s.\r\n',
].join('')

/** Comes all at once: kernels print hundreds of lines as fast as the line takes them. */
const burst = (count: number, text: (index: number) => string): Line[] =>
  Array.from({ length: count }, (_, index) => kernel(index % 25 === 0 ? 30 : 0, text(index)))

const units = [
  'Created slice system-serial\\x2dgetty.slice - Slice /system/serial-getty.',
  'Reached target swap.target - Swaps.',
  'Listening on systemd-journald.socket - Journal Socket.',
  'Mounted dev-hugepages.mount - Huge Pages File System.',
  'Finished systemd-fsck-root.service - File System Check on Root Device.',
  'Started systemd-udevd.service - Rule-based Manager for Device Events and Files.',
  'Reached target network-online.target - Network is Online.',
  'Started cron.service - Regular background program processing daemon.',
  'Started ssh.service - OpenBSD Secure Shell server.',
  'Started serial-getty@ttyS0.service - Serial Getty on ttyS0.',
  'Reached target multi-user.target - Multi-User System.',
]

/** One life of a machine, from its boot loader to its reboot: about 100 s.  */
export const bootLog: readonly Line[] = [
  plain(500, menu),
  plain(3000, '\x1b[2J\x1b[HLoading Linux 6.1.0-37-amd64 ...\r\nLoading initial ramdisk ...\r\n'),
  {
    ...kernel(
      800,
      'Linux version 6.1.0-37-amd64 (debian-kernel@lists.debian.org) (gcc-12 (Debian 12.2.0-14) 12.2.0)',
    ),
    isKernelStart: true,
  },
  kernel(0, 'Command line: BOOT_IMAGE=/boot/vmlinuz-6.1.0-37-amd64 root=/dev/vda1 ro console=ttyS0,115200'),
  kernel(2, 'BIOS-provided physical RAM map:'),
  ...burst(
    120,
    (index) =>
      `pci 0000:00:${(index % 32).toString(16).padStart(2, '0')}.0: [8086:7${100 + index}] type 00 class 0x060000`,
  ),
  kernel(40, 'Memory: 1988424K/2096632K available (14342K kernel code, 2342K rwdata, 9060K rodata)'),
  kernel(250, 'Serial: 8250/16550 driver, 4 ports, IRQ sharing enabled'),
  kernel(30, '00:04: ttyS0 at I/O 0x3f8 (irq = 4, base_baud = 115200) is a 16550A'),
  kernel(300, 'virtio_net virtio0 ens3: renamed from eth0'),
  kernel(200, 'EXT4-fs (vda1): mounted filesystem with ordered data mode. Quota mode: none.'),
  kernel(400, 'systemd[1]: systemd 252.39-1~deb12u1 running in system mode'),
  plain(100, '\r\nWelcome to \x1b[1;36mDebian GNU/Linux 12 (bookworm)\x1b[0m!\r\n\r\n'),
  kernel(20, 'systemd[1]: Hostname set to <lifeline-demo>.'),
  ...units.map(ok),
  failed('Failed to start überwachung.service - Temperature watch, 温度センサー (42 °C ≤ 45 °C).'),
  plain(20, "See 'systemctl status überwachung.service' for details.\r\n"),
  plain(600, '\r\nDebian GNU/Linux 12 lifeline-demo ttyS0\r\n\r\nlifeline-demo login: '),
  kernel(8000, 'nf_conntrack: default automatic helper assignment has been turned off for security reasons'),
  kernel(
    11_000,
    'TCP: request_sock_TCP: Possible SYN flooding on port 443. Sending cookies.  Check SNMP counters.',
  ),
  kernel(9000, 'mce: [Hardware Error]: Machine check events logged'),
  kernel(100, 'EDAC MC0: 1 CE memory read error on CPU_SrcID#0_Ha#0_Chan#1_DIMM#0 (channel:1 slot:0)'),
  kernel(14_000, 'ata3.00: exception Emask 0x0 SAct 0x0 SErr 0x0 action 0x6 frozen'),
  ...burst(
    40,
    (index) =>
      `ata3.00: cmd 60/08:${(index * 8).toString(16).padStart(2, '0')}:40:4b:6d/00:00:0e:00:00/40 tag ${index % 32} ncq dma 4096 in`,
  ),
  kernel(1500, 'ata3: SATA link up 6.0 Gbps (SStatus 133 SControl 300)'),
  kernel(
    20_000,
    'perf: interrupt took too long (2503 > 2500), lowering kernel.perf_event_max_sample_rate to 79750',
  ),
  plain(15_000, '\r\n'),
  ok('Stopped serial-getty@ttyS0.service - Serial Getty on ttyS0.'),
  ok('Reached target reboot.target - System Reboot.'),
  kernel(400, 'reboot: Restarting system'),
]
