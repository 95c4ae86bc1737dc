// Texts within a bound of bytes. Its own copy: src/wrap runs in other people's programs, and imports
// nothing of the server.

const encoder = new TextEncoder();
/** No UTF-16 unit takes more in UTF-8. */
const UNIT_BYTES_MAX = 3;

/**
 * @param text any text
 * @param bytesMax how much of it may stay, in bytes of UTF-8
 * @returns whole characters from its beginning, and how many bytes the rest had
 */
export function cutToBytes(text: string, bytesMax: number): { text: string; cutBytes: number } {
  if (text.length * UNIT_BYTES_MAX <= bytesMax) {
    return { text, cutBytes: 0 };
  }
  const bytes = Buffer.byteLength(text);
  if (bytes <= bytesMax) {
    return { text, cutBytes: 0 };
  }
  const { read, written } = encoder.encodeInto(text, new Uint8Array(bytesMax));
  return { text: text.slice(0, read), cutBytes: bytes - written };
}
