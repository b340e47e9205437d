/** `1 device`, `12 devices`, `1,234,567 bytes`. */
export function count(many: number, one: string, more = `${one}s`): string {
  return `${many.toLocaleString('en')} ${many === 1 ? one : more}`
}

/** Bytes as a person reads them; exact below a kibibyte, where each one may matter. */
export function bytes(many: number): string {
  if (many < 1024) return count(many, 'byte')
  if (many < 1024 * 1024) return `${(many / 1024).toFixed(1)} KiB`
  return `${(many / 1024 / 1024).toFixed(1)} MiB`
}

/** `Ada`, `Ada and Bob`, `Ada, Bob and 2 more`. */
export function names(all: readonly string[], shown = 2): string {
  if (all.length <= 1) return all[0] ?? ''
  if (all.length > shown) {
    const rest = all.length - shown
    return `${all.slice(0, shown).join(', ')} and ${rest} more`
  }
  return `${all.slice(0, -1).join(', ')} and ${all.at(-1)}`
}
