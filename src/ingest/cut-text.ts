// Bounds a text by its size in UTF-8 without breaking a character.

export interface CutText {
  readonly text: string;
  /** How many bytes of UTF-8 were left out; 0 for a whole text. */
  readonly cutBytes: number;
}

/**
 * @param text well-formed Unicode
 * @param bytesMax the most bytes of UTF-8 to keep
 */
export function cutText(text: string, bytesMax: number): CutText {
  // No character takes more than three bytes for each UTF-16 unit.
  if (text.length * 3 <= bytesMax) {
    return { text, cutBytes: 0 };
  }
  const bytes = Buffer.from(text, 'utf8');
  if (bytes.length <= bytesMax) {
    return { text, cutBytes: 0 };
  }
  let end = bytesMax;
  while (end > 0 && isContinuation(bytes[end])) {
    end -= 1;
  }
  return { text: bytes.toString('utf8', 0, end), cutBytes: bytes.length - end };
}

function isContinuation(byte: number | undefined): boolean {
  return byte !== undefined && (byte & 0b1100_0000) === 0b1000_0000;
}
