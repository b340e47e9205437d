/** Somebody else's text as a terminal may have it: nothing in it moves the cursor or turns the direction of text. */
export const shown = (text: string): string => text.replace(/\p{C}/gu, '?')
