import { useState, useSyncExternalStore } from 'react'
import { lockView } from '../console/lock-view.ts'
import { initialModel, type Model } from '../console/model.ts'
import { planPaste } from '../console/paste.ts'
import type { Pacer } from './pacer.ts'
import { TileBody } from './tile-body.tsx'
import { TileHead, type TileHeadProps } from './tile-head.tsx'
import { useTile, useTileFont, useTyping } from './use-tile.ts'
import classes from './wall.module.css'

export interface TileProps extends TileHeadProps {
  pacer: Pacer
  active: boolean
  onActivate(id: string | null): void
}

/** One console of the wall: watched, until somebody presses it to type there. */
export function Tile(props: TileProps) {
  const { device, pacer, active, onActivate } = props
  const [box, setBox] = useState<HTMLDivElement | null>(null)
  const [hint, setHint] = useState<string | null>(null)
  const live = useTile(device, box, {
    pacer,
    events: {
      onRefused: setHint,
      onPaste: (text) => {
        const plan = planPaste(text)
        if (plan.ask || plan.paced)
          setHint('Open the console to paste this: lines and control characters are shown there first.')
        else live?.terminal.paste(plan.text)
      },
      onLeave: () => leave(),
    },
  })
  const [empty] = useState(() => initialModel(device.settings.size))
  const model: Model = useSyncExternalStore(
    live?.session.subscribe ?? never,
    live?.session.snapshot ?? (() => empty),
  )
  useTileFont(live, box, model.size.cols)
  useTyping(live, active, lockView(model).kind)
  const activate = () => {
    setHint(null)
    // Within the press: what asks for the focus later gets no keyboard on a phone.
    live?.terminal.focus()
    onActivate(device.id)
  }
  const leave = () => {
    setHint(null)
    if (live && lockView(live.session.snapshot()).kind === 'mine') live.session.say({ type: 'release' })
    onActivate(null)
  }
  return (
    <li className={classes.tile} data-active={active || undefined} data-tile={device.id}>
      <TileHead {...props} model={model} />
      <TileBody
        device={device}
        model={model}
        active={active}
        hint={hint}
        setBox={setBox}
        onActivate={activate}
        onLeave={leave}
        onAsk={() => live?.session.say({ type: 'ask' })}
      />
    </li>
  )
}

const never = () => () => {}
