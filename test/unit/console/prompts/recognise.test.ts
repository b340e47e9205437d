import { describe, expect, test } from 'vitest'
import { plainScreen } from '../../../../server/console/prompts/plain-screen.ts'
import { recognise } from '../../../../server/console/prompts/recognise.ts'
import { emulated, size, transcripts } from './transcripts.ts'

describe.each(transcripts())('$name', ({ expect: expected, bytes }) => {
  test('is what it is', async () => {
    expect(recognise(await emulated(bytes))).toMatchObject(expected)
  })

  test('is the same without an emulator, or is left to it', async () => {
    const view = plainScreen(bytes, size, bytes.length)
    if (view === undefined) return
    const { cursor, rows } = await emulated(bytes)
    expect(view.rows[view.cursor.row]).toBe(rows[cursor.row])
    expect(recognise(view)).toEqual(recognise(await emulated(bytes)))
  })
})
