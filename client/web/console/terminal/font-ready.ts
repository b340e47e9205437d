/** A terminal in another font is better than none: a file that does not come must not keep anybody from a console, ms. */
const patienceMs = 3000

/** Waits for the terminal's font, as long as that is worth it: a terminal measures it once, when it opens. Never rejects. */
export async function fontReady(): Promise<void> {
  const faces = ['14px "JetBrains Mono"', '700 14px "JetBrains Mono"']
  const patience = new Promise((resolve) => setTimeout(resolve, patienceMs))
  await Promise.race([Promise.allSettled(faces.map((face) => document.fonts.load(face))), patience])
}
