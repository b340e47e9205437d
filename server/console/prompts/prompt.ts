/** What stands at the cursor and waits for somebody. `evidence` is the text that says so. */
export type Prompt = { evidence: string } & (
  | LoginPrompt
  | PasswordPrompt
  | ShellPrompt
  | { kind: 'sulogin'; wants: 'password' | 'enter' }
  | { kind: 'boot-loader'; loader: BootLoader }
  /** Firmware shows its setup. */
  | { kind: 'firmware' }
  | { kind: 'pager' }
  /** A shell waits for the rest of a command: `> `. */
  | { kind: 'continuation' }
  /** Wants a yes, a no or any key. */
  | { kind: 'question' }
  /** The prompt of another interpreter: python, mysql, gdb. Or a program that has the whole screen. */
  | { kind: 'program'; wholeScreen: boolean }
  /** The command line of something that is no Unix: a switch, a BMC. `privileged` is what its prompt says. */
  | { kind: 'appliance'; privileged: boolean | null; typed: string }
  /** Nothing that is known: a program runs, or something unknown waits. */
  | { kind: 'unknown' }
)

export interface LoginPrompt {
  kind: 'login'
  host: string | null
  /** What stands after it already. */
  typed: string
  /** Messages of the kernel or of init were printed into it. */
  disturbed: boolean
}

export interface PasswordPrompt {
  kind: 'password'
  /** Whose, as far as the screen tells. */
  user: string | null
  /** A login asks for it, or a program in somebody's session. */
  asks: 'login' | 'program'
}

export interface ShellPrompt {
  kind: 'shell'
  user: string | null
  /** Null when the prompt does not tell. */
  root: boolean | null
  /** What stands after it already; a prompt at the right edge is none of it. */
  typed: string
  disturbed: boolean
  /** The shell is the machine's only process, or nearly: an `exit` would end or go on with the boot. */
  first: boolean
  /** The name given at a login prompt that still stands above, with its password: this shell came of that. */
  loggedInAs: string | null
}

export type BootLoader =
  | 'grub-menu'
  | 'grub-edit'
  | 'grub-shell'
  | 'u-boot'
  | 'ipxe'
  /** `boot: ` */
  | 'syslinux'
  | 'syslinux-menu'
  /** The command line of a menu's entry. */
  | 'syslinux-edit'
  /** Its menu shows when a key is pressed. */
  | 'syslinux-hidden'
  | 'systemd-boot'
  | 'uefi-shell'
