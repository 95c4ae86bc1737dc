// The mark up to which a read sees. A batch is written above the mark, then the mark is raised:
// so a read, however many statements it takes, sees all of a batch or nothing of it.

export class CommitMark {
  #seq: number;

  /** @param seq the highest ingest sequence that is stored */
  constructor(seq: number) {
    this.#seq = seq;
  }

  get seq(): number {
    return this.#seq;
  }

  raiseTo(seq: number): void {
    this.#seq = Math.max(this.#seq, seq);
  }
}
