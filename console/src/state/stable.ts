// Values that are worked out from the address. It changes for many reasons, and what a value does not
// depend on must not have everything asked and drawn anew.

import { computed, type ReadonlySignal } from '@preact/signals';

/** @returns the same object as before wherever what is in it is the same; it must be plain JSON */
export function stable<Value>(compute: () => Value): ReadonlySignal<Value> {
  let last: { readonly text: string; readonly value: Value } | undefined;
  return computed(() => {
    const value = compute();
    const text = JSON.stringify(value);
    if (last?.text !== text) {
      last = { text, value };
    }
    return last.value;
  });
}
