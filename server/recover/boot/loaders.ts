import { grub } from './grub.ts'
import type { Loader } from './loader.ts'
import type { LoaderName } from './step.ts'
import { syslinuxMenu } from './syslinux-menu.ts'
import { syslinuxPrompt } from './syslinux-prompt.ts'
import { systemdBoot } from './systemd-boot.ts'

export const loaders: Record<LoaderName, Loader> = {
  grub,
  'syslinux-menu': syslinuxMenu,
  'syslinux-prompt': syslinuxPrompt,
  'systemd-boot': systemdBoot,
}

export const loaderNames: readonly LoaderName[] = ['grub', 'syslinux-menu', 'syslinux-prompt', 'systemd-boot']
