import { onScopeDispose } from 'vue'
import { commandOf, type Command } from './keys'

const G_LASTS_MS = 1500

/** Hands the keys of this screen to `run`, which answers whether it did anything with them. */
export function useKeys(run: (command: Command) => boolean): void {
  let gAt = 0

  function pressed(event: KeyboardEvent): void {
    const command = commandOf(event, event.timeStamp - gAt < G_LASTS_MS && gAt > 0)
    gAt = command?.do === 'await-view' ? event.timeStamp : 0
    if (command && (command.do === 'await-view' || run(command))) event.preventDefault()
  }

  window.addEventListener('keydown', pressed)
  onScopeDispose(() => { window.removeEventListener('keydown', pressed) })
}
