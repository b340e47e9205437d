import { ActionIcon, CopyButton, Tooltip } from '@mantine/core'
import { IconCheck, IconCopy, IconDownload } from '@tabler/icons-react'
import classes from './copy-block.module.css'
import { saveFile } from './save-file.ts'

interface Props {
  /** What it is, as in `Copy the ssh command`. */
  name: string
  text: string
  /** Offers it as a file of this name too. */
  file?: string
  /** Breaks long lines instead of letting them scroll. */
  wrap?: boolean
}

/** Text to be copied as it stands: a command, a key, a piece of a configuration. */
export function CopyBlock({ name, text, file, wrap = false }: Props) {
  return (
    <div className={classes.block} data-wrap={wrap || undefined}>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard */}
      <pre className="mono" tabIndex={0}>
        {text}
      </pre>
      <div className={classes.tools}>
        <CopyButton value={text}>
          {({ copied, copy }) => (
            <Tooltip label={copied ? 'Copied' : 'Copy'}>
              <ActionIcon size={30} aria-label={copied ? 'Copied' : `Copy ${name}`} onClick={copy}>
                {copied ? <IconCheck size={16} /> : <IconCopy size={16} />}
              </ActionIcon>
            </Tooltip>
          )}
        </CopyButton>
        {file !== undefined && (
          <Tooltip label={`Save as ${file}`}>
            <ActionIcon size={30} aria-label={`Save ${name}`} onClick={() => saveFile(file, `${text}\n`)}>
              <IconDownload size={16} />
            </ActionIcon>
          </Tooltip>
        )}
      </div>
    </div>
  )
}
