// Figures as people read them.

const THOUSAND = 1_000;

export function count(value: number): string {
  return value.toLocaleString('en-US');
}

/** @param value in milliseconds */
export function duration(value: number): string {
  if (value < 1) {
    return `${trimmed(value * THOUSAND)} µs`;
  }
  if (value < THOUSAND) {
    return `${trimmed(value)} ms`;
  }
  const seconds = value / THOUSAND;
  if (seconds < 120) {
    return `${trimmed(seconds)} s`;
  }
  const minutes = seconds / 60;
  if (minutes < 120) {
    return `${trimmed(minutes)} min`;
  }
  return minutes < 2 * 24 * 60 ? `${trimmed(minutes / 60)} h` : `${trimmed(minutes / 1_440)} d`;
}

const BYTE_UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];

export function bytes(value: number): string {
  let [amount, unit] = [value, 0];
  while (amount >= 1024 && unit < BYTE_UNITS.length - 1) {
    amount /= 1024;
    unit += 1;
  }
  return `${trimmed(amount)} ${BYTE_UNITS[unit]}`;
}

/** @param value a share of 1 */
export function percent(value: number): string {
  const of100 = value * 100;
  if (of100 > 0 && of100 < 0.01) {
    return '<0.01%';
  }
  return `${trimmed(of100)}%`;
}

const SMALLEST = 0.000001;

/** Three digits that count, and all before the point. */
export function trimmed(value: number): string {
  const size = Math.abs(value);
  if (size > 0 && size < SMALLEST) {
    return `<${SMALLEST.toFixed(6)}`;
  }
  const digits = size === 0 ? 0 : Math.max(0, 2 - Math.floor(Math.log10(size)));
  return Number(value.toFixed(digits)).toLocaleString('en-US', { maximumFractionDigits: digits });
}

const pad = (value: number, width = 2) => String(value).padStart(width, '0');

/** Of here, to the millisecond. */
export function dateTime(ms: number): string {
  const at = new Date(ms);
  return `${day(ms)} ${pad(at.getHours())}:${pad(at.getMinutes())}:${pad(at.getSeconds())}.${pad(at.getMilliseconds(), 3)}`;
}

function day(ms: number): string {
  const at = new Date(ms);
  return `${at.getFullYear()}-${pad(at.getMonth() + 1)}-${pad(at.getDate())}`;
}

/** Of here, to the minute; to the second where that is all there is between two of them. */
export function shortDateTime(ms: number, withSeconds = false): string {
  const at = new Date(ms);
  const seconds = withSeconds ? `:${pad(at.getSeconds())}` : '';
  return `${day(ms).slice(5)} ${pad(at.getHours())}:${pad(at.getMinutes())}${seconds}`;
}

/** Two digits after the point; where that would be nothing, three that count. */
export function money(amount: number, currency: string): string {
  const size = Math.abs(amount);
  return `${size > 0 && size < 0.1 ? trimmed(amount) : amount.toFixed(2)} ${currency}`;
}
