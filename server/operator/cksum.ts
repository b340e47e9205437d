/** The checksum of POSIX cksum(1): CRC-32 of the bytes and of their count, most significant bit first, inverted. */
export function cksum(bytes: Uint8Array): number {
  let crc = 0
  for (const byte of bytes) crc = step(crc, byte)
  for (let count = bytes.length; count > 0; count = Math.floor(count / 256)) crc = step(crc, count & 255)
  return ~crc >>> 0
}

const polynomial = 0x04c11db7

const table = Uint32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte << 24
  for (let bit = 0; bit < 8; bit++) crc = crc & 0x80000000 ? (crc << 1) ^ polynomial : crc << 1
  return crc
})

function step(crc: number, byte: number): number {
  return (crc << 8) ^ (table[((crc >>> 24) ^ byte) & 255] ?? 0)
}
