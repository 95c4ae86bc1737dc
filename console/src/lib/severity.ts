// Whether a line of a log tells of something that went wrong. Lines are anybody's, so what a line says
// of its own level counts before the words in it.

const WRONG = /^(?:err(?:or)?|fatal|crit(?:ical)?|alert|emerg(?:ency)?|panic|severe)$/i;
/** What pino and bunyan call an error, and what comes after it. */
const WRONG_NUMBER = 50;
/** As structured loggers and OpenTelemetry name it. */
const LEVELS = [
  'level',
  'severity',
  'severityText',
  'SeverityText',
  'lvl',
  'log.level',
  'levelname',
];
const ERRORS = ['error', 'err', 'exception', 'errorMessage', 'errorType'];

/** @param value what a line of JSON holds */
export function isWrongValue(value: object): boolean {
  const fields = value as Readonly<Record<string, unknown>>;
  const level = LEVELS.map((name) => fields[name]).find(
    (one) => typeof one === 'string' || typeof one === 'number',
  );
  if (level !== undefined) {
    return typeof level === 'number' ? level >= WRONG_NUMBER : WRONG.test(level);
  }
  return ERRORS.some((name) => isSomething(fields[name]));
}

function isSomething(value: unknown): boolean {
  return Array.isArray(value) ? value.length > 0 : Boolean(value);
}

const WORDS = /\b(?:error|exception|fatal|panic|traceback|critical|uncaught|unhandled)\b/i;
/** As in TypeError, java.io.IOException. */
const NAMES = /\b[A-Z]\w*(?:Error|Exception)\b/;
const FRAME = /^\s+at .+:\d+/;
/** The level that a line begins with, after a time and a request id perhaps. */
const CALM =
  /^(?:\S+\s+){0,3}\[?(?:TRACE|DEBUG|INFO|NOTICE|WARN(?:ING)?)\b|\blevel=(?:trace|debug|info|notice|warn)|^(?:\S+\s+){0,3}\[(?:trace|debug|info|notice|warn)/;
const NONE =
  /\b(?:no|0|zero|without(?: an?y?)?) (?:\w+ )?(?:errors?|exceptions?)\b|\berrors?["']?\s*[:=]\s*(?:0|null|nil|none|undefined|false|""|\[\]|\{\})(?!\w)/gi;

/** @param text a line that is no JSON */
export function isWrongText(text: string): boolean {
  if (FRAME.test(text)) {
    return true;
  }
  if (CALM.test(text)) {
    return false;
  }
  const told = text.replace(NONE, '');
  return WORDS.test(told) || NAMES.test(told);
}
