/** What a message file says, and how a message is filled in. Nothing here knows a screen. */

export type MessageFiles = Record<string, unknown>
export type Values = Readonly<Record<string, unknown>>

interface Tree {
  readonly [key: string]: Tree | string
}

function* leaves(tree: Tree, place: string): Generator<[string, string]> {
  for (const [name, value] of Object.entries(tree)) {
    if (typeof value === 'string') yield [`${place}.${name}`, value]
    else yield* leaves(value, `${place}.${name}`)
  }
}

/** The words of all files by key: `field-tasks.json` holds those of `field.tasks`. */
export function wordsIn(files: MessageFiles): Map<string, string> {
  const words = new Map<string, string>()
  for (const [path, messages] of Object.entries(files)) {
    const place = path.replace(/^.*\//, '').replace(/\.json$/, '').replaceAll('-', '.')
    for (const [key, text] of leaves(messages as Tree, place)) words.set(key, text)
  }
  return words
}

/** Which of the forms "none | one | many" or "one | many" is said of so many. */
function formFor(count: number, forms: number): number {
  if (forms === 2) return count === 1 ? 0 : 1
  return Math.min(count, forms - 1)
}

/** A message in the form for so many (`n` unless told), with its named values filled in. */
export function say(text: string, values: Values = {}, count = values.n): string {
  const forms = text.split(' | ')
  const form = typeof count === 'number' ? formFor(Math.abs(count), forms.length) : 0
  return (forms[form] ?? text).replace(/\{(\w+)\}/g, (_, name: string) => String(values[name]))
}
