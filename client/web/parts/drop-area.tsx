import { type DragEvent, type ReactNode, useRef, useState } from 'react'
import classes from './drop-area.module.css'

interface Props {
  /** Said while files hang over it. */
  invitation: string
  onFiles: (files: File[]) => void
  children: ReactNode
}

/** Takes files that are dropped on what is in it. Whoever cannot drag needs a button beside it. */
export function DropArea({ invitation, onFiles, children }: Props) {
  const [over, setOver] = useState(false)
  // Each part that the pointer crosses enters and leaves by itself.
  const depth = useRef(0)
  const count = (event: DragEvent, by: number) => {
    event.preventDefault()
    depth.current += by
    setOver(depth.current > 0)
  }
  const drop = (event: DragEvent) => {
    event.preventDefault()
    depth.current = 0
    setOver(false)
    const files = [...event.dataTransfer.files]
    if (files.length > 0) onFiles(files)
  }
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: dropping is a way of the mouse alone, beside a button
    <div
      className={classes.area}
      onDragEnter={(event) => count(event, 1)}
      onDragLeave={(event) => count(event, -1)}
      onDragOver={(event) => event.preventDefault()}
      onDrop={drop}
    >
      {children}
      {over && <div className={classes.over}>{invitation}</div>}
    </div>
  )
}
