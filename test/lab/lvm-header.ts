import { crc32 } from 'node:zlib'

/** Where the first extent begins, and with it the only logical volume: as far from the start as the partition of the lab's disk. */
export const extentsStart = 1024 * 1024
const sector = 512
const metadataStart = 4096
const headerBytes = 512

const ids = {
  group: 'labvg0-0000-0000-0000-0000-0000-000000',
  disk: 'labpv0-0000-0000-0000-0000-0000-000000',
  volume: 'lablv0-0000-0000-0000-0000-0000-000000',
}

/**
 * What LVM 2 has in front of the first extent of a disk of so many bytes: the group `lab` with the linear volume `root` over all of it
 * (lib/format_text/layout.h, lib/label/label.h, lvm2). Written by hand, since LVM's own tools want the device mapper of the machine
 * that they run on.
 */
export function lvmHeader(bytes: number): Buffer {
  const header = Buffer.alloc(extentsStart)
  const text = Buffer.from(`${metadata(bytes)}\0`)
  label(header.subarray(sector, 2 * sector), bytes)
  metadataHeader(header.subarray(metadataStart, metadataStart + headerBytes), text)
  text.copy(header, metadataStart + headerBytes)
  return header
}

function label(at: Buffer, bytes: number): void {
  at.write('LABELONE')
  at.writeBigUInt64LE(1n, 8)
  at.writeUInt32LE(32, 20)
  at.write('LVM2 001', 24)
  at.write(ids.disk.replaceAll('-', ''), 32)
  at.writeBigUInt64LE(BigInt(bytes), 64)
  // Where data and where metadata are, each list ended by an empty one.
  at.writeBigUInt64LE(BigInt(extentsStart), 72)
  at.writeBigUInt64LE(BigInt(metadataStart), 104)
  at.writeBigUInt64LE(BigInt(extentsStart - metadataStart), 112)
  // The version of what follows, and that the disk is in use by a group.
  at.writeUInt32LE(2, 136)
  at.writeUInt32LE(1, 140)
  at.writeUInt32LE(checksum(at.subarray(20)), 16)
}

function metadataHeader(at: Buffer, text: Buffer): void {
  at.write(' LVM2 x[5A%r0N*>', 4, 'latin1')
  at.writeUInt32LE(1, 20)
  at.writeBigUInt64LE(BigInt(metadataStart), 24)
  at.writeBigUInt64LE(BigInt(extentsStart - metadataStart), 32)
  at.writeBigUInt64LE(BigInt(headerBytes), 40)
  at.writeBigUInt64LE(BigInt(text.length), 48)
  at.writeUInt32LE(checksum(text), 56)
  at.writeUInt32LE(checksum(at.subarray(4)), 0)
}

/** CRC-32 that begins elsewhere and is not inverted at its end (lib/misc/crc.c). */
const checksum = (bytes: Buffer): number => ~crc32(bytes, ~0xf597a6cf >>> 0) >>> 0

function metadata(bytes: number): string {
  const extents = Math.floor(bytes / extentsStart) - 1
  return `lab {
id = "${ids.group}"
seqno = 1
format = "lvm2"
status = ["RESIZEABLE", "READ", "WRITE"]
flags = []
extent_size = ${extentsStart / sector}
max_lv = 0
max_pv = 0
metadata_copies = 0
physical_volumes {
pv0 {
id = "${ids.disk}"
device = "/dev/vda"
status = ["ALLOCATABLE"]
flags = []
dev_size = ${bytes / sector}
pe_start = ${extentsStart / sector}
pe_count = ${extents}
}
}
logical_volumes {
root {
id = "${ids.volume}"
status = ["READ", "WRITE", "VISIBLE"]
flags = []
segment_count = 1
segment1 {
start_extent = 0
extent_count = ${extents}
type = "striped"
stripe_count = 1
stripes = ["pv0", 0]
}
}
}
}
contents = "Text Format Volume Group"
version = 1
description = "the lab"
creation_host = "lab1"
creation_time = 0
`
}
