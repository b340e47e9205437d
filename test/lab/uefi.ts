import { existsSync } from 'node:fs'
import { copyFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { bootFiles, fatDisk } from './boot-disk.ts'
import type { LabImage } from './image.ts'
import type { BootMedium } from './qemu.ts'

const code = '/usr/share/OVMF/OVMF_CODE_4M.fd'
const variables = '/usr/share/OVMF/OVMF_VARS_4M.fd'
const loader = '/usr/lib/systemd/boot/efi/systemd-bootx64.efi'

/** Files that it takes and that are not here. */
export const uefiLacks = (): string[] => [code, variables, loader].filter((path) => !existsSync(path))

/** QEMU's arguments for a UEFI whose variables are kept in `folder`. */
export async function uefiFirmware(folder: string): Promise<string[]> {
  const kept = join(folder, 'variables.fd')
  await copyFile(variables, kept)
  return [`-drive if=pflash,format=raw,readonly=on,file=${code}`, `-drive if=pflash,format=raw,file=${kept}`]
}

/** A disk to start from, without partitions, in `folder`: systemd-boot with this loader.conf and one entry, and the image's kernel. */
export async function systemdBootDisk(
  image: LabImage,
  folder: string,
  configuration: string,
): Promise<BootMedium> {
  const settings = join(folder, 'loader.conf')
  const entry = join(folder, 'debian.conf')
  await writeFile(settings, configuration)
  await writeFile(entry, entryText)
  const { kernel, initrd } = await bootFiles(image)
  const path = await fatDisk(join(folder, 'esp.img'), {
    'EFI/BOOT/BOOTX64.EFI': loader,
    'loader/loader.conf': settings,
    'loader/entries/debian.conf': entry,
    vmlinuz: kernel,
    'initrd.img': initrd,
  })
  return { kind: 'disk', path }
}

const entryText = `title Debian GNU/Linux
linux /vmlinuz
initrd /initrd.img
options root=/dev/vda1 ro console=tty0 console=ttyS0,115200n8 quiet
`
