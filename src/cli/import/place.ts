// Where in a file an import is, so that it can go on from there.

export interface Place {
  /** Of the text, after decompression: reading begins here. */
  readonly bytes: number;
  /** Lines before `bytes`; of CSV the lines that are done. */
  readonly line: number;
  /** How many values from `bytes` on are done. */
  readonly records: number;
}

export const FILE_START: Place = { bytes: 0, line: 0, records: 0 };
