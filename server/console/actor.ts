/** The person, or the program with the person's rights, who does something on a console. */
export interface Actor {
  /** Id of the user. */
  id: string
  name: string
  email: string
  /** Network address the request came from. */
  address: string | null
}
