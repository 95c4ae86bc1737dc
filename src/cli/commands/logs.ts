// fnlog logs: questions about invocations, with the filters and orders of the API.

import { Command, type Command as CommanderCommand, Option } from 'commander';
import { systemClock } from '../../domain/clock.ts';
import { AppError, shownValue } from '../../domain/errors.ts';
import {
  buildInvocationQuery,
  type InvocationQuery,
  type InvocationStatus,
  invocationStatuses,
  LIMIT_DEFAULT,
  LIMIT_MAX,
  OFFSET_MAX,
  orderDirections,
  orderFields,
} from '../../domain/invocation-query.ts';
import { decodeQuery } from '../../wire/native/decode-query.ts';
import { encodeQuery } from '../../wire/native/encode-query.ts';
import { followLogs } from '../follow-logs.ts';
import { openBackend } from '../open-backend.ts';
import { parseTimeUs } from '../parse-time.ts';
import { receiptText } from '../receipt-text.ts';
import { type OutputFormat, outputFormats, renderPage } from '../render-page.ts';
import { addSettingsOptions, clientSettingKeys, settingsFrom } from '../settings-options.ts';
import { urlParameters } from '../url-parameters.ts';
import { windowText } from '../window-text.ts';

interface LogsOptions {
  readonly namespace?: string;
  readonly qualifier?: string;
  readonly requestId?: string;
  readonly failed?: true;
  readonly ok?: true;
  readonly running?: true;
  readonly lost?: true;
  readonly slow?: string;
  readonly cold?: true;
  readonly search?: string;
  readonly contains?: string;
  readonly regex?: string;
  readonly since?: string;
  readonly until?: string;
  readonly orderBy?: InvocationQuery['orderBy'];
  readonly order?: InvocationQuery['order'];
  readonly limit?: string;
  readonly offset?: string;
  readonly asOf?: string;
  readonly output?: OutputFormat;
  readonly follow?: true;
  readonly tail?: true;
}

/** Marks count records, exactly up to here. */
const MARK_MAX = Number.MAX_SAFE_INTEGER;

export function logsCommand(): CommanderCommand {
  const command = new Command('logs')
    .description('Show invocations: of one function, or of all.')
    .argument('[function]', 'Name of a function.')
    .option('-i, --request-id <id>', 'Only this request; on a terminal with its whole log.')
    .option('--failed', 'Only runs that failed.')
    .option('--ok', 'Only runs that succeeded.')
    .option('--running', 'Only runs that have not ended, and still may.')
    .option('--lost', 'Only runs that never ended, though their time is up.')
    .option('--slow <bound>', 'Only slower ones: >3x is times the median of the function, >250ms.')
    .option('--cold', 'Only cold starts.')
    .option('--search <words>', 'Only with these words and "phrases" in the message or the log.')
    .option('--contains <text>', 'Only with this text in them, letter by letter.')
    .option('--regex <expression>', 'Only where this matches, in the syntax of RE2.')
    .option('--since <time>', 'From here on: 5m, 1h30m, 2d, yesterday, a date and time, an epoch.')
    .option('--until <time>', 'Up to here, likewise.')
    .option('--namespace <name>', 'Namespace.', 'default')
    .option('--qualifier <name>', 'Only this version or alias.')
    .addOption(new Option('--order-by <field>', 'What to sort by.').choices(orderFields))
    .addOption(new Option('--order <direction>', 'Which way.').choices(orderDirections))
    .option('-n, --limit <count>', `Rows, at most ${LIMIT_MAX} (default: ${LIMIT_DEFAULT}).`)
    .option('--offset <count>', 'Rows to pass over first.')
    .option('--as-of <mark>', 'What an earlier answer was about: it says its mark at the end.')
    .option('-f, --follow', 'Show the newest, then what comes in, until it is stopped.')
    .option('-t, --tail', 'The same as --follow.')
    .addOption(
      new Option(
        '-o, --output <format>',
        'Default: a table on a terminal, jsonl in a pipe.',
      ).choices(outputFormats),
    );
  return addSettingsOptions(command, clientSettingKeys).action(logs);
}

async function logs(functionName: string | undefined, options: LogsOptions): Promise<void> {
  const settings = settingsFrom({ ...options }, clientSettingKeys);
  const query = queryFrom(functionName, options);
  // A server would say it later, the store itself not at all.
  decodeQuery(Buffer.from(encodeQuery(query)));
  if (options.follow === true || options.tail === true) {
    await followLogs(settings, query, options.output);
    return;
  }
  const backend = await openBackend(settings);
  try {
    const page = await backend.page(query);
    const output = options.output ?? (process.stdout.isTTY ? 'table' : 'jsonl');
    const text = renderPage(page, { output, detailed: options.requestId !== undefined });
    if (text !== '') {
      console.log(text);
    }
    console.error(windowText(page, query));
    if (page.receipt !== undefined) {
      console.error(receiptText(page.receipt));
    }
  } finally {
    await backend.close();
  }
}

function queryFrom(functionName: string | undefined, options: LogsOptions): InvocationQuery {
  const nowMs = systemClock.now();
  const { namespace, qualifier, requestId, since, until, orderBy, order, limit, offset } = options;
  const { slow, cold } = options;
  const status = statusFrom(options);
  return buildInvocationQuery({
    ...(functionName === undefined ? {} : { functionName }),
    ...(namespace === undefined ? {} : { namespace }),
    ...(qualifier === undefined ? {} : { qualifier }),
    ...(requestId === undefined ? {} : { requestId }),
    ...(status === undefined ? {} : { status }),
    ...decodeQuery(Buffer.from(urlParameters({ slow, cold: cold?.toString() }).toString())),
    ...(options.search === undefined ? {} : { search: options.search }),
    ...(options.contains === undefined ? {} : { contains: options.contains }),
    ...(options.regex === undefined ? {} : { regex: options.regex }),
    ...(since === undefined ? {} : { sinceUs: parseTimeUs(since, '--since', nowMs) }),
    ...(until === undefined ? {} : { untilUs: parseTimeUs(until, '--until', nowMs) }),
    ...(orderBy === undefined ? {} : { orderBy }),
    ...(order === undefined ? {} : { order }),
    ...(limit === undefined ? {} : { limit: countFrom(limit, '--limit', LIMIT_MAX) }),
    ...(offset === undefined ? {} : { offset: countFrom(offset, '--offset', OFFSET_MAX) }),
    ...(options.asOf === undefined ? {} : { asOf: countFrom(options.asOf, '--as-of', MARK_MAX) }),
  });
}

function statusFrom(options: LogsOptions): InvocationStatus | undefined {
  const [status, other] = invocationStatuses.filter((one) => options[one] === true);
  if (other !== undefined) {
    throw new AppError(
      'invalid_parameter',
      `--${status} and --${other} exclude each other: give one`,
    );
  }
  return status;
}

function countFrom(text: string, option: string, max: number): number {
  const count = /^\d{1,16}$/.test(text) ? Number(text) : Number.NaN;
  if (!(count <= max)) {
    throw new AppError(
      'invalid_parameter',
      `${option} is ${shownValue(text)}: it takes a whole number from 0 to ${max}`,
    );
  }
  return count;
}
