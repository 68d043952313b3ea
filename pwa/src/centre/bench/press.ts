const PATIENCE_MS = 3000
const LOOK_MS = 50

function pressNow(room: Element, letter: string): boolean {
  const button = room.querySelector<HTMLElement>(`[data-letter="${letter}"]`)
  const folded = button?.closest('details')
  if (folded) folded.open = true
  button?.click()
  return button !== null
}

/**
 * Presses the button that carries this letter; what is folded away is unfolded.
 * Whoever is quicker than the network need not press twice: while the case is still coming, its buttons are waited for.
 */
export function pressLetter(room: Element, letter: string): void {
  if (pressNow(room, letter) || room.querySelector('.acts') !== null) return
  const until = Date.now() + PATIENCE_MS
  const timer = window.setInterval(() => {
    if (room.querySelector('.acts') === null && Date.now() < until) return
    window.clearInterval(timer)
    pressNow(room, letter)
  }, LOOK_MS)
}
