// Who waits, by key: the keys take turns, and within a key it is the order of arrival.

/** Undefined: the program itself. */
export type QueueKey = string | undefined;

export class FairQueue<Item> {
  /** No key without an item. The key whose turn is next comes first. */
  readonly #itemsByKey = new Map<QueueKey, Set<Item>>();
  #size = 0;

  get size(): number {
    return this.#size;
  }

  sizeOf(key: QueueKey): number {
    return this.#itemsByKey.get(key)?.size ?? 0;
  }

  add(key: QueueKey, item: Item): void {
    const items = this.#itemsByKey.get(key) ?? new Set();
    this.#itemsByKey.set(key, items.add(item));
    this.#size += 1;
  }

  /** Nothing, where the item has left already. */
  remove(key: QueueKey, item: Item): void {
    const items = this.#itemsByKey.get(key);
    if (items?.delete(item) === true) {
      this.#size -= 1;
      if (items.size === 0) {
        this.#itemsByKey.delete(key);
      }
    }
  }

  /**
   * Takes out the next item. A key that was passed over keeps its turn.
   *
   * @param mayTake whether it may be one of this key, where another key waits as well
   */
  next(mayTake: (key: QueueKey) => boolean): Item | undefined {
    const turns = [...this.#itemsByKey];
    const [key, items] = turns.find(([each]) => mayTake(each)) ?? turns[0] ?? [];
    const [item] = items ?? [];
    if (items === undefined || item === undefined) {
      return undefined;
    }
    this.remove(key, item);
    if (items.size > 0) {
      // To the end of the turns.
      this.#itemsByKey.delete(key);
      this.#itemsByKey.set(key, items);
    }
    return item;
  }
}
