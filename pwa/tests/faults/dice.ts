/** The same choices for the same seed (mulberry32). */
export class Dice {
  constructor(private state: number) {}

  /** Below 1, as Math.random. */
  roll(): number {
    this.state = (this.state + 0x6d2b79f5) | 0
    let t = Math.imul(this.state ^ (this.state >>> 15), 1 | this.state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }

  /** A whole number from 0 to below `end`. */
  below(end: number): number { return Math.floor(this.roll() * end) }

  chance(share: number): boolean { return this.roll() < share }

  pick<T>(from: readonly T[]): T { return from[this.below(from.length)] as T }

  /** As `pick`, but undefined of an empty list. */
  any<T>(from: readonly T[]): T | undefined { return from.length === 0 ? undefined : this.pick(from) }
}
