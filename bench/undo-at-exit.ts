// What a bench leaves outside its own memory (directories, processes) goes when the bench does,
// also after an error or Ctrl-C. The latest is undone first.

const undos: (() => void)[] = [];
let listening = false;

/**
 * Remembers how to undo something.
 *
 * @param undo synchronous: it may run while the process ends
 * @returns undoes it now, once
 */
export function undoAtExit(undo: () => void): () => void {
  if (!listening) {
    listening = true;
    process.once('exit', undoAll);
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
      process.once(signal, () => process.exit(1));
    }
  }
  undos.push(undo);
  return () => {
    const at = undos.lastIndexOf(undo);
    if (at !== -1) {
      undos.splice(at, 1);
      undo();
    }
  };
}

function undoAll(): void {
  for (const undo of undos.splice(0).reverse()) {
    undo();
  }
}
