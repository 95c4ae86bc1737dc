// The server's own log: JSON lines on standard error, so that standard output stays for answers.

import { destination, type Logger, pino } from 'pino';

export const logLevels = ['fatal', 'error', 'warn', 'info', 'debug', 'silent'] as const;
export type LogLevel = (typeof logLevels)[number];

/** Wherever one of these would be logged, its value is left out. */
const SECRET_PATHS = [
  'req.headers.authorization',
  'headers.authorization',
  'secretKey',
  '*.secretKey',
];

export function buildLogger(level: LogLevel): Logger {
  return pino(
    { level, redact: { paths: SECRET_PATHS, censor: '[secret]' } },
    destination({ fd: 2, sync: true }),
  );
}
