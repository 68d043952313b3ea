import type { MessageContext } from 'vue-i18n'

export interface Tree {
  [key: string]: Tree | string
}

type Fill = (context: MessageContext) => string
export interface Compiled {
  [key: string]: Compiled | Fill
}

/** "{n} of {total}" as a function of the named values. */
function template(text: string): Fill {
  const parts = text.split(/\{(\w+)\}/)
  return (context) =>
    parts.map((part, i) => (i % 2 === 0 ? part : String(context.named(part) as string | number))).join('')
}

function message(text: string): Fill {
  const [first = template(''), ...more] = text.split(' | ').map(template)
  if (more.length === 0) return first
  return (context) => context.plural([first, ...more].map((form) => form(context)))
}

/**
 * Messages as functions. They hold named values and " | " between plural forms, nothing else: so the library's
 * own compiler, a twentieth of the phone's first load, is left out of the build.
 */
export function compileMessages(tree: Tree): Compiled {
  const entries = Object.entries(tree).map(([key, value]): [string, Compiled | Fill] => [
    key,
    typeof value === 'string' ? message(value) : compileMessages(value),
  ])
  return Object.fromEntries(entries)
}
