/** Words that return: one's own, and the township's, for an action and a state. */

export interface Wording {
  text: string
  action: string | null
  state: string | null
}

export interface Phrase extends Wording {
  id: string
  shared: boolean
  editable: boolean
}

export interface Phrases {
  phrases: Phrase[]
  actions: { code: string; name: string; name_en: string }[]
  may_share: boolean
}
