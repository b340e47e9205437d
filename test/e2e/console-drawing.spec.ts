import { expect, openConsole, scripted, test } from './fixtures.ts'

test('letters stand in their columns, and all of ASCII is measured at once', async ({ admin, gateway }) => {
  await admin.addInitScript(() => {
    const measured: (string | null)[] = []
    Object.assign(window, { measured })
    const width = Object.getOwnPropertyDescriptor(HTMLElement.prototype, 'offsetWidth')
    Object.defineProperty(HTMLElement.prototype, 'offsetWidth', {
      get() {
        if (this.className === 'xterm-char-measure-element') measured.push(this.textContent)
        return width?.get?.call(this)
      },
    })
  })
  // Ten columns each, of which some letters take two and some are not in the terminal's font.
  const rows = ['WWWWWWWWWW', 'iiiiiiiiii', '──────────', 'éñüßçøåÉÑÜ', '→→→→→→→→→→', '世世世世世']
  const styles = ['0', '1', '3', '1;3']
  const printed = styles.flatMap((style) => rows.map((row) => `\\033[${style}m${row}|`)).join('\\r\\n')
  const on = await scripted(gateway, admin, `printf '${printed}\\033[H'`)
  await on.shows('世|')
  const places = await admin.locator('.xterm-rows > div').evaluateAll((shown) =>
    shown.flatMap((row) => {
      const texts = document.createTreeWalker(row, NodeFilter.SHOW_TEXT)
      while (texts.nextNode()) {
        const at = texts.currentNode.textContent?.indexOf('|') ?? -1
        if (at < 0) continue
        const range = document.createRange()
        range.setStart(texts.currentNode, at)
        range.setEnd(texts.currentNode, at + 1)
        return [range.getBoundingClientRect().left]
      }
      return []
    }),
  )
  expect(places).toHaveLength(styles.length * rows.length)
  expect(Math.max(...places) - Math.min(...places)).toBeLessThan(0.5)
  // Fails where a newer xterm.js measures elsewhere: each letter then costs a layout of the page again.
  expect(await admin.evaluate('measured')).toContain('!'.repeat(32))
})

test('a selection and the scroll bar follow what is printed', async ({ admin, gateway }) => {
  const on = await scripted(
    gateway,
    admin,
    'i=0; more() { n=0; while [ $n -lt 100 ]; do i=$((i+1)); n=$((n+1)); printf "row %s;\r\n" $i; done; }; more; while [ -n "$(head -c1)" ]; do more; done',
  )
  await on.shows('row 100;')
  const screen = admin.locator('.xterm-screen')
  const box = (await screen.boundingBox()) ?? { x: 0, y: 0, width: 0, height: 0 }
  const selected = admin.locator('.xterm-selection > div')
  const row = box.height / 24
  // The 22nd row of the screen, which is row 99.
  await admin.mouse.dblclick(box.x + row, box.y + row * 22.5)
  await expect(selected).not.toHaveCount(0)
  await admin.mouse.click(box.x + box.width / 2, box.y + row * 4.5)
  await expect(selected).toHaveCount(0)

  await admin.mouse.move(box.x + box.width / 2, box.y + box.height / 2)
  await admin.mouse.wheel(0, -5 * row)
  await admin.getByRole('button', { name: 'Newest' }).click()
  await on.type('m')
  await on.shows('row 200;')
  // From where the newest line is, and not from where somebody was before.
  await admin.mouse.move(box.x + box.width / 2, box.y + box.height / 2)
  await admin.mouse.wheel(0, -3 * row)
  await expect(admin.locator('.xterm-rows')).toContainText('row 176;')
  await expect(admin.locator('.xterm-rows')).not.toContainText('row 200;')
  await expect(admin.locator('.xterm-rows')).not.toContainText('row 130;')
})

test('the size of the text is changed by keys, and remembered', async ({ admin }) => {
  const box = await openConsole(admin, 'demo-box')
  await box.input.focus()
  const size = async () => {
    await admin.getByRole('button', { name: 'More actions' }).click()
    const shown = await admin.getByRole('group', { name: /^Text size/ }).getAttribute('aria-label')
    await admin.keyboard.press('Escape')
    await box.input.focus()
    return Number(/^Text size: ([\d.]+)$/.exec(shown ?? '')?.[1])
  }
  const before = await size()
  await admin.keyboard.press('Control+=')
  await admin.keyboard.press('Control++')
  expect(await size()).toBe(Math.round(before) + 2)
  await admin.keyboard.press('Control+-')
  expect(await size()).toBe(Math.round(before) + 1)
  await admin.reload()
  await expect(box.lock).toBeVisible()
  expect(await size()).toBe(Math.round(before) + 1)
  await admin.keyboard.press('Control+0')
  expect(await size()).toBe(before)
})
