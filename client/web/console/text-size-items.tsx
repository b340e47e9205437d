import { Menu, VisuallyHidden } from '@mantine/core'
import { IconMinus, IconPlus } from '@tabler/icons-react'
import classes from './text-size-items.module.css'
import type { Font } from './use-font.ts'

/** The size of the text, side by side in one row of the menu, which stays open meanwhile. */
export function TextSizeItems({ font }: { font: Font }) {
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset is no part of a menu
    <div role="group" aria-label={`Text size: ${font.size}`} className={classes.row}>
      <span className={classes.label}>Text size</span>
      <Menu.Item closeMenuOnClick={false} className={classes.item ?? ''} onClick={() => font.step(-1)}>
        <IconMinus size={13} aria-hidden />
        <VisuallyHidden>Smaller text</VisuallyHidden>
      </Menu.Item>
      <span className={`${classes.size} numbers`}>{font.size}</span>
      <Menu.Item closeMenuOnClick={false} className={classes.item ?? ''} onClick={() => font.step(1)}>
        <IconPlus size={13} aria-hidden />
        <VisuallyHidden>Larger text</VisuallyHidden>
      </Menu.Item>
      <Menu.CheckboxItem
        className={classes.fit ?? ''}
        checked={font.choice === 'fit'}
        closeMenuOnClick={false}
        onClick={() => font.set('fit')}
      >
        Fit
      </Menu.CheckboxItem>
    </div>
  )
}
