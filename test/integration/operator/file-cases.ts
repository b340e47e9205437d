/** What stands in the account's file before. */
export const others = ['a', 'b'].map(
  (letter) => `ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI${letter.repeat(42)}A ${letter}`,
)

/** `H` is the home folder, `F` the file, `U` the account: scripts for sh. */
export interface FileCase {
  name: string
  /** What the file system of the lab has to allow: tried on a file `F`. */
  needs?: string
  /** Before folder and file are made. */
  before?: string
  /** When they are. */
  after?: string
  act: 'add' | 'remove'
  /** What becomes of three keys; of the one that is removed; or the words of a refusal, with which no byte may have changed. */
  result: string[] | RegExp
  /** Prints the same before and after; where it is not said, everything does that there is to see. */
  keeps?: string
  /** So that the lab can take it away. */
  finally?: string
}

export const fileCases: FileCase[] = [
  {
    name: 'a read-only file system',
    before: 'mount -t tmpfs none $H/.ssh',
    after: 'mount -o remount,ro $H/.ssh',
    act: 'add',
    result: /read-only/i,
  },
  {
    name: 'an immutable file',
    needs: 'chattr +i $F && chattr -i $F',
    after: 'chattr +i $F',
    act: 'add',
    result: /immutable/,
    finally: 'chattr -i $F',
  },
  {
    name: 'a disk that is full after a part of the write',
    before: 'mount -t tmpfs -o size=8k none $H/.ssh',
    after: 'printf "#%3700s\\n" x >>$F; cat /dev/zero >$H/.ssh/ballast 2>/dev/null || :',
    act: 'add',
    result: /took only \d+ bytes of it, which were cut off again.*no space left/i,
    keeps: 'ls -A $H/.ssh; stat -c "%i %a %U" $F; cat $F',
  },
  {
    name: 'a file that is a link',
    after: 'mkdir $H/keys; mv $F $H/keys/real; ln -s ../keys/real $F; chown -hR $U: $H/keys $F',
    act: 'add',
    result: ['added', 'added', 'added'],
    keeps: 'readlink $F; ls -A $H/.ssh $H/keys; stat -c "%i %a %U" $H/keys/real',
  },
  {
    name: 'a home on another file system',
    before: 'mount -t tmpfs -o mode=755 none $H; chown $U: $H; mkdir -m 700 $H/.ssh',
    act: 'add',
    result: ['added', 'added', 'added'],
    keeps: 'ls -A $H/.ssh; stat -c "%i %a %U" $F $H/.ssh; stat -fc %T $H',
  },
  {
    name: 'an ACL and an attribute, while a key is added',
    needs: 'setfacl -m u:daemon:r $F && setfattr -n user.mark -v kept $F',
    after: 'setfacl -m u:daemon:r $F; setfattr -n user.mark -v kept $F',
    act: 'add',
    result: ['added', 'added', 'added'],
    keeps: 'getfacl -cnp $F; getfattr -d -m- --absolute-names $F; stat -c "%i %a %U" $F',
  },
  {
    name: 'an ACL and an attribute, while a key is taken away',
    needs: 'setfacl -m u:daemon:r $F && setfattr -n user.mark -v kept $F',
    after: 'setfacl -m u:daemon:r $F; setfattr -n user.mark -v kept $F',
    act: 'remove',
    result: ['remove'],
    keeps: 'getfacl -cnp $F; getfattr -d -m- --absolute-names $F; stat -c "%a %U" $F; ls -A $H/.ssh',
  },
]

/** Another program that adds a line each 20 ms until it finds a file `stop`, and then a last one. */
export const writer =
  '(i=0; while [ ! -e $H/stop ]; do echo "# line $i" >>$F; i=$((i+1)); sleep 0.02; done; echo "# end $i" >>$F) >/dev/null 2>&1 &'

export const stopWriter = 'touch $H/stop; until grep -q "^# end" $F; do sleep 0.02; done; cat $F'

export interface Place {
  home: string
  user: string
}

/** A script for sh that sees the case's names. */
export const named = ({ home, user }: Place, script: string): string =>
  `H=${home}; F=$H/.ssh/authorized_keys; U=${user}\n${script}\n`

/** Makes the case's file. */
export function prepared({ before = '', after = '' }: Pick<FileCase, 'before' | 'after'>): string {
  return `mkdir -p -m 700 $H/.ssh
${before}
printf '%s\\n' '# ours' '${others.join("' '")}' >$F
chmod 600 $F
chmod 700 $H/.ssh
chown -R $U: $H/.ssh
${after}`
}
