import { List, Tabs, Text } from '@mantine/core'
import type { ReactNode } from 'react'
import { CopyBlock } from '../parts/copy-block.tsx'
import {
  fingerprintOf,
  makeWithSshKeygen,
  publicFromPpk,
  publicFromPrivate,
  publicHalfPaths,
  windowsInstall,
} from './commands.ts'
import classes from './keys.module.css'

/** How to make a key and find its public half with what people have, each command as it is typed. */
export function KeyHelp() {
  return (
    <Tabs defaultValue="openssh" keepMounted={false} className={classes.tabs ?? ''}>
      <Tabs.List>
        <Tabs.Tab value="openssh">Linux, macOS</Tabs.Tab>
        <Tabs.Tab value="windows">Windows</Tabs.Tab>
        <Tabs.Tab value="putty">PuTTY</Tabs.Tab>
      </Tabs.List>
      <Tabs.Panel value="openssh" className={classes.help}>
        <Step text="Make a key. Keep the file name it offers, and give a passphrase.">
          <CopyBlock name="the command that makes a key" text={makeWithSshKeygen} />
        </Step>
        <Step text="Show its public half, and paste that here.">
          <CopyBlock name="the command that shows the public key" text={publicHalfPaths.unix} />
        </Step>
        <Step text="Only the private key file is left? This makes the public half of it again.">
          <CopyBlock name="the command that makes the public half" text={publicFromPrivate} />
        </Step>
        <Step text="The fingerprint, to compare with the one shown here.">
          <CopyBlock name="the command that shows the fingerprint" text={fingerprintOf} />
        </Step>
      </Tabs.Panel>
      <Tabs.Panel value="windows" className={classes.help}>
        <Step text="Windows 10 and 11 bring OpenSSH. If ssh-keygen is not found, install it in PowerShell as administrator.">
          <CopyBlock name="the command that installs OpenSSH" text={windowsInstall} />
        </Step>
        <Step text="Make a key in PowerShell. Keep the file name it offers, and give a passphrase.">
          <CopyBlock name="the command that makes a key" text={makeWithSshKeygen} />
        </Step>
        <Step text="Copy its public half to the clipboard, and paste it here.">
          <CopyBlock name="the command that copies the public key" text={publicHalfPaths.powerShell} />
        </Step>
      </Tabs.Panel>
      <Tabs.Panel value="putty" className={classes.help}>
        <List type="ordered" size="sm" spacing={6}>
          <List.Item>
            Open <b>PuTTYgen</b>, choose <b>EdDSA</b> and <b>Ed25519</b>, and press <b>Generate</b>.
          </List.Item>
          <List.Item>
            Give a <b>Key passphrase</b>, then <b>Save private key</b>: this is the .ppk file that PuTTY uses.
          </List.Item>
          <List.Item>
            Copy all of the box <b>Public key for pasting into OpenSSH authorized_keys file</b> and paste it
            here. What <b>Save public key</b> writes is read as well.
          </List.Item>
          <List.Item>
            Or drop the <b>.ppk</b> file here: the page takes its public lines out, and sends only those.
          </List.Item>
        </List>
        <Step text="With PuTTY’s tools on a command line:">
          <CopyBlock name="the puttygen command" text={publicFromPpk} />
        </Step>
      </Tabs.Panel>
    </Tabs>
  )
}

function Step({ text, children }: { text: string; children: ReactNode }) {
  return (
    <div>
      <Text size="sm" mb={4}>
        {text}
      </Text>
      {children}
    </div>
  )
}
