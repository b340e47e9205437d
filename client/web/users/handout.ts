/** A generated password and whose it is, while it is on the screen. */
export interface Handout {
  name: string
  password: string
}
