import { nextTick, onMounted, type Ref } from 'vue'

const FIELDS = 'input:not([type=hidden]):not(:disabled), select, textarea'

/** Puts the cursor into the first field of a form, or onto its main button where it asks for nothing. */
export function enterFirstField(form: HTMLElement | null): void {
  const field = form?.querySelector<HTMLElement>(FIELDS) ?? form?.querySelector<HTMLElement>('button[type=submit]')
  field?.focus()
}

/** The same as soon as the form is on screen. */
export function useFirstField(form: Readonly<Ref<HTMLElement | null>>): void {
  onMounted(async () => {
    // A dialog becomes visible one turn after what is in it.
    await nextTick()
    requestAnimationFrame(() => { enterFirstField(form.value) })
  })
}
