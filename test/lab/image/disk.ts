import { open, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { run } from '../run.ts'
import { recipe } from './recipe.ts'

const sector = 512
/** Where every partitioning tool of today starts the first partition: room for GRUB's core image in front of it. */
const partitionStart = 2048
/** The partition table begins at 446; boot code must end before the disk signature at 440. */
const bootCodeBytes = 440

/** What GRUB 2.06 reads, spelled out: the host's mke2fs may be newer and have other defaults. */
const features =
  'none,has_journal,ext_attr,resize_inode,dir_index,filetype,extent,flex_bg,sparse_super,large_file,huge_file,dir_nlink,extra_isize'

const grubModules = [
  'biosdisk',
  'part_msdos',
  'ext2',
  'serial',
  'terminal',
  'normal',
  'linux',
  'configfile',
  'echo',
  'test',
  'ls',
  'cat',
  'reboot',
  'halt',
  'minicmd',
  'search',
]

/** Packs a root folder into a bootable disk: one DOS partition with ext4, GRUB in front. No loop device, no mount. */
export async function buildDisk(root: string, disk: string): Promise<void> {
  const bytes = recipe.diskMegabytes * 1024 * 1024
  const partitionSectors = bytes / sector - partitionStart
  const kilobytes = `${(partitionSectors * sector) / 1024}k`
  await writeFile(disk, '')
  const offset = `offset=${partitionStart * sector}`
  const places = ['-E', `${offset},lazy_itable_init=1,lazy_journal_init=1`, '-d', root, disk, kilobytes]
  await run('mke2fs', ['-q', '-F', '-t', 'ext4', '-O', features, '-L', 'root', ...places])
  await placeBootLoader({ root, disk, bytes, partitionSectors })
}

interface Layout {
  root: string
  disk: string
  bytes: number
  partitionSectors: number
}

async function placeBootLoader({ root, disk, bytes, partitionSectors }: Layout): Promise<void> {
  const coreInRoot = '/boot/grub/core.img'
  const make = ['-O', 'i386-pc', '-o', coreInRoot, '-p', '(hd0,msdos1)/boot/grub', ...grubModules]
  await run('chroot', [root, 'grub-mkimage', ...make])
  const core = await readFile(join(root, coreInRoot))
  await rm(join(root, coreInRoot))
  if (core.length > (partitionStart - 1) * sector)
    throw new Error(`GRUB's core image is too long: ${core.length} bytes.`)
  const boot = await readFile(join(root, 'usr/lib/grub/i386-pc/boot.img'))

  const file = await open(disk, 'r+')
  try {
    if ((await stat(disk)).size < bytes) await file.truncate(bytes)
    await file.write(boot.subarray(0, bootCodeBytes), 0, bootCodeBytes, 0)
    await file.write(partitionTable(partitionSectors), 0, 66, 446)
    await file.write(core, 0, core.length, sector)
  } finally {
    await file.close()
  }
}

/** One bootable Linux partition in LBA terms, three empty entries, the signature 55 AA. */
function partitionTable(sectors: number): Buffer {
  const table = Buffer.alloc(66)
  table.set([0x80, 0xfe, 0xff, 0xff, 0x83, 0xfe, 0xff, 0xff], 0)
  table.writeUInt32LE(partitionStart, 8)
  table.writeUInt32LE(sectors, 12)
  table.set([0x55, 0xaa], 64)
  return table
}
