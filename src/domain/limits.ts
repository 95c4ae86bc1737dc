// The bounds of the way in. Each has a setting; these are the defaults.

export interface IngestLimits {
  /** A request's body, after decompression. */
  readonly bodyBytesMax: number;
  /** One record as it came, before anything is cut. */
  readonly recordBytesMax: number;
  /** The log text of one record, in UTF-8; longer is cut and marked. */
  readonly logBytesMax: number;
  /**
   * Bodies of all requests that are read, parsed or written at the same time; the others wait
   * unread, and are told to come back where that takes too long.
   */
  readonly waitingBytesMax: number;
}

const MIB = 1024 * 1024;

export const ingestLimitsDefault: IngestLimits = {
  bodyBytesMax: 64 * MIB,
  recordBytesMax: 16 * MIB,
  logBytesMax: 1 * MIB,
  waitingBytesMax: 32 * MIB,
};
