/** Exact commands for the tools that people make keys with, to be copied as they stand. */

export const makeWithSshKeygen = 'ssh-keygen -t ed25519'
export const publicHalfPaths = {
  unix: 'cat ~/.ssh/id_ed25519.pub',
  powerShell: 'Get-Content $HOME\\.ssh\\id_ed25519.pub | Set-Clipboard',
}
/** For whoever has the private key file alone. */
export const publicFromPrivate = 'ssh-keygen -y -f ~/.ssh/id_ed25519'
export const fingerprintOf = 'ssh-keygen -lf ~/.ssh/id_ed25519.pub'
export const publicFromPpk = 'puttygen key.ppk -O public-openssh'
export const windowsInstall = 'Add-WindowsCapability -Online -Name OpenSSH.Client~~~~0.0.1.0'

/** What becomes of a key file that the browser has saved. A key that is there already under this name stays. */
export const keepUnix =
  'mkdir -p -m 700 ~/.ssh && mv -n ~/Downloads/id_ed25519 ~/.ssh/ && chmod 600 ~/.ssh/id_ed25519'
/** PowerShell. The file belongs to its user alone, which Windows' ssh insists on. */
export const keepWindows = [
  'New-Item -ItemType Directory -Force $HOME\\.ssh',
  'Move-Item $HOME\\Downloads\\id_ed25519 $HOME\\.ssh\\',
  'icacls $HOME\\.ssh\\id_ed25519 /inheritance:r /grant:r "$($env:USERNAME):F"',
].join('\n')

/** For a root shell: takes each line with the key out of authorized_keys. Nothing in base64 means more than itself to sed. */
export function removeLine(line: string): string {
  const [, base64 = ''] = line.split(' ')
  return `sed -i '\\|${base64}|d' ~/.ssh/authorized_keys`
}
