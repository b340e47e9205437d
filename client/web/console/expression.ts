/** Why a regular expression cannot be searched for: what matches nothing at all would match everywhere. */
export type ExpressionFault = 'unreadable' | 'empty'

export function expressionFault(text: string): ExpressionFault | null {
  try {
    return new RegExp(text).test('') ? 'empty' : null
  } catch {
    return 'unreadable'
  }
}
