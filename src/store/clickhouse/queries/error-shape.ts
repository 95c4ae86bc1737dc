// What went wrong in a failed run, and its shape, as expressions.

/** A message is cut here: what tells errors apart stands at the beginning. */
const MESSAGE_CHARS = 300;

/**
 * The error of a message: its field errorMessage where it is JSON and has one, else all of it; the
 * first line that is not empty.
 */
const FROM_RETURN = firstLine(
  "if(JSONHas(retMsg, 'errorMessage'), JSONExtractString(retMsg, 'errorMessage'), retMsg)",
);

/** The first line of the log that speaks of an error. */
const FROM_LOG = firstLine(
  `extract(log, ${sqlText('(?im)^([^\\n]*(?:error|exception|fatal|panic)[^\\n]*)$')})`,
);

const HEX_DIGITS_MIN = 8;

/** Eight hexadecimal digits or more, of which one at least is no letter. RE2 cannot look ahead. */
const HEX_ID = new RegExp(
  `\\b(?:${Array.from(
    { length: HEX_DIGITS_MIN },
    (_, letters) => `[a-f]{${letters},}\\d[0-9a-f]{${HEX_DIGITS_MIN - 1 - letters},}`,
  ).join('|')})\\b`,
  'i',
);

/** Taken out one after the other, so that a number in an id is part of the id. */
const replacements: readonly (readonly [pattern: RegExp, by: string])[] = [
  [/https?:\/\/[^\s"'<>]+/, '<url>'],
  [/\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/i, '<id>'],
  [/\b\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d)?/, '<time>'],
  [/\b\d{1,3}(?:\.\d{1,3}){3}(?::\d+)?\b/, '<address>'],
  [/"[^"]*"/, '<text>'],
  [/'[^']*'/, '<text>'],
  [/\b\d+(?:\.\d+)?\b/, '<n>'],
  [HEX_ID, '<id>'],
  [/\d+/, '<n>'],
];

/** Of a column called `message`. */
export const SHAPE = shapeOf('message');

/** Of a column called `shape`. */
export const SHAPE_ID = idOf('shape');

/** A failed run of this shape; needs the parameter `errorShape`. */
export const HAS_SHAPE = `retCode NOT IN (0, 2)
  AND ${idOf(shapeOf(`if(retMsg != '', ${FROM_RETURN}, ${FROM_LOG})`))} = {errorShape:String}`;

/**
 * Every failed run with its `message`. Logs are read only where there is no other message.
 *
 * @param columns to be given besides
 */
export function failedRuns(columns: string, where: string): string {
  const leg = (message: string, which: string) => `
  SELECT ${columns}, ${message} AS message
  FROM invocations
  WHERE ${where}
    AND retCode NOT IN (0, 2) AND ${which}`;
  return `(${leg(FROM_RETURN, "retMsg != ''")}
  UNION ALL${leg(FROM_LOG, "retMsg = ''")}
)`;
}

function shapeOf(message: string): string {
  return replacements.reduce((expression, [{ source, flags }, by]) => {
    const pattern = flags === '' ? source : `(?${flags})${source}`;
    return `replaceRegexpAll(${expression}, ${sqlText(pattern)}, ${sqlText(by)})`;
  }, message);
}

/** 16 hexadecimal digits. */
function idOf(shape: string): string {
  return `lower(leftPad(hex(sipHash64(${shape})), 16, '0'))`;
}

function firstLine(expression: string): string {
  const line = `extract(trim(${expression}), ${sqlText('^([^\\r\\n]*)')})`;
  return `substringUTF8(${line}, 1, ${MESSAGE_CHARS})`;
}

/** Constants of this file only. */
function sqlText(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}
