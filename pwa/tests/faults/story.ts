/** What happened on a phone, line by line, for whoever must find out why a run failed. */
import { appendFileSync } from 'node:fs'

import { trueNow } from './surroundings'

const LINES_AT_ONCE = 200

export class Story {
  #lines: string[] = []

  constructor(private readonly file: string | undefined) {}

  /** Adds a line: when, what, and the ids that it concerns. */
  note(what: string, ids: readonly string[] = []): void {
    if (this.file === undefined) return
    this.#lines.push([new Date(trueNow()).toISOString(), what, ...ids].join(' '))
    if (this.#lines.length >= LINES_AT_ONCE) this.write()
  }

  /** Brings what was noted to the file. */
  write(): void {
    if (this.file !== undefined) appendFileSync(this.file, this.#lines.map((line) => `${line}\n`).join(''))
    this.#lines = []
  }
}
