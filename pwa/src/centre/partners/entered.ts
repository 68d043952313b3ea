/** What is entered for a new token or webhook; `fourth` is its last day or its address. */
export interface Entered {
  name: string
  unit: string
  chosen: string[]
  fourth: string
}
