import { linuxLine, showsSubmenu } from './grub-editor.ts'
import { additionTo, type Loader, standsWhole } from './loader.ts'

/** GRUB 2: `e` opens an entry with all its lines; one that was edited and not booted is forgotten. */
export const grub: Loader = {
  menu: 'grub-menu',
  edits: ({ prompt }) => prompt.kind === 'boot-loader' && prompt.loader === 'grub-edit',
  refuses: (heard) => (/Enter username:/.test(heard) ? 'loader-password' : undefined),
  refusal: () => undefined,
  submenus: { shows: showsSubmenu, drawn: (heard) => heard.includes('GNU GRUB') },
  line: linuxLine,
  addition: additionTo,
  stands: standsWhole,
  keys: {
    edit: 'e',
    enter: '\r',
    down: '\x0e',
    end: '\x05',
    boot: '\x18',
    escape: '\x1b',
    leave: ['\x1b', '\r'],
  },
}
