import type { BootCause, BootState } from './step.ts'

/** What is done in a state, for who watches. */
export const bootStateWords: Partial<Record<BootState['at'], string>> = {
  catching: 'The system started before anything was seen. Starting again, Esc is pressed for a hidden menu.',
  opening: 'The boot loader’s menu is there. Opening the entry that it would boot.',
  seeking: 'The entry’s lines are there. Looking for the one that loads Linux.',
  leaving: 'The entry is a submenu. Going into it.',
  'reading-back': 'Reading back what was put behind it.',
  booting: 'It stands there as it was typed. Booting into a shell.',
  shell: 'A root shell waits.',
}

/** Why there is no going on, and what to do. */
export const bootCauseWords: Record<BootCause, string> = {
  'no-boot-loader':
    'No boot loader was seen on the console. See whether firmware and boot loader use the serial port, and restart the machine with the console in sight.',
  'menu-missed':
    'The system started before a boot menu could be held: the menu waits for no time, is hidden, or is not on the serial port. Esc was tried where a boot loader could take it. The system runs as before.',
  'loader-password':
    'The boot loader asks for a user name and password before it lets an entry be edited. Whoever set that password has to enter it by hand.',
  'which-label':
    'The boot loader lists several systems, or none, and not which one it starts by itself. Type the right one by hand at its prompt, with init=/bin/sh behind it.',
  'no-editor':
    'The boot loader did not open its entry: it may be set not to. Where its menu still stands, go on by hand.',
  'no-linux-line': 'The entry has no line that loads Linux. Choose and edit another one by hand.',
  'no-answer':
    'The boot loader’s editor does not answer any more: the machine lost its power, or hangs. Nothing was booted with the entry.',
  'line-too-long':
    'The line that loads Linux is longer than the boot loader’s editor shows at once, so that what is typed could not be read back. Edit it by hand: add init=/bin/sh.',
  mistyped:
    'What was typed into the entry did not come to stand there as it should. Nothing was booted with it.',
  'encrypted-root':
    'The disk is encrypted, and its passphrase is asked for. Enter it by hand, then go on there.',
  'initial-system':
    'The initial system did not find the root file system, or found it damaged, and asks for help. Go on by hand.',
  'addition-ignored': 'The machine started as always: it did not heed init=/bin/sh.',
  'other-shell':
    'A shell came up that is not the machine’s first process: the system did not heed init=/bin/sh, or its initial system asks for help. It was told nothing. See on the console whose it is.',
  'no-shell': 'No shell came up in time. The last lines of the screen say where it stands.',
}
