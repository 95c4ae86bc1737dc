// The server's own log: JSON lines on standard error, so that standard output stays for answers.

import { destination, type LevelWithSilent, type Logger as PinoLogger, pino } from 'pino';

export type Logger = PinoLogger;

/** Wherever one of these would be logged, its value is left out. */
const SECRET_PATHS = [
  'req.headers.authorization',
  'headers.authorization',
  'secretKey',
  '*.secretKey',
];

export function buildLogger(level: LevelWithSilent): Logger {
  return pino(
    { level, redact: { paths: SECRET_PATHS, censor: '[secret]' } },
    destination({ fd: 2, sync: true }),
  );
}
