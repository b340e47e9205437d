import { expect, test } from 'vitest'
import { starter } from '../../../server/operator/quiet-starter.ts'

test.each([[true], [false]])(
  'the line that starts it is one word for every shell, in place of the login shell: %s',
  (replace) => {
    const line = starter('1f2e', replace)
    // With its Enter.
    expect(line.length + 1).toBeLessThanOrEqual(200)
    const [, word = ''] = /^ (?:unset HISTFILE;exec )?sh -c '(.*)'$/.exec(line) ?? []
    expect(word).toMatch(/^[ -~]+$/)
    expect(word).not.toMatch(/['!\\]/)
    expect(word).toContain('min 0 time 255')
  },
)
