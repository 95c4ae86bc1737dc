// Bytes as a source that gives them in pieces.

export async function* inPieces(bytes: Buffer | string, size: number): AsyncGenerator<Buffer> {
  const all = Buffer.from(bytes);
  for (let from = 0; from < all.length; from += size) {
    yield all.subarray(from, from + size);
  }
}

/** All that a source gives before it ends, or fails. */
export async function drained<Item>(
  source: AsyncIterable<Item>,
): Promise<{ items: Item[]; failure: unknown }> {
  const items: Item[] = [];
  try {
    for await (const item of source) {
      items.push(item);
    }
  } catch (failure) {
    return { items, failure };
  }
  return { items, failure: undefined };
}
