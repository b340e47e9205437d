/** As the gateway knows it (server/http/pages.ts). */
const playback = /^\/devices\/[^/]+\/playback$/

/**
 * Only a document loaded as the playback page may compile WebAssembly, and no other page shall be shown in it: whichever way leads over
 * that line, through a link, the browser's buttons or the page itself, the document is loaded anew. Then this never resolves, so that
 * nothing of the next page runs before.
 */
export async function loadedFor(path: string): Promise<void> {
  const [loaded] = performance.getEntriesByType('navigation')
  if (!loaded || playback.test(new URL(loaded.name).pathname) === playback.test(path)) return
  // The address is already that of the next page.
  window.location.reload()
  await new Promise(() => {})
}
