/** Gives the browser a file to save. It is made in this page, and never asked of anybody. */
export function saveFile(name: string, content: string): void {
  const address = URL.createObjectURL(new Blob([content], { type: 'application/octet-stream' }))
  const link = document.createElement('a')
  link.href = address
  link.download = name
  link.click()
  // The browser holds what it is saving by then; the address would hold the content as long as the page lives.
  URL.revokeObjectURL(address)
}
