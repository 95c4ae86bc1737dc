// What a follower says about itself: one line that changes on a terminal, else one line a minute.

export interface FollowStatus {
  readonly files: number;
  readonly accepted: number;
  /** Replaced ones and duplicates. */
  readonly known: number;
  readonly rejected: number;
  /** How long ago there was nothing left to deliver. */
  readonly behindMs: number;
}

export interface ReportStream {
  readonly isTTY?: boolean;
  write(text: string): unknown;
}

const TERMINAL_MS = 1_000;
const LINE_MS = 60_000;
/** To the start of the line, and empty it. */
const WIPE = '\r\u001b[K';

export class FollowReport {
  readonly #stream: ReportStream;
  readonly #status: () => FollowStatus;
  #timer: NodeJS.Timeout | undefined;

  constructor(stream: ReportStream, status: () => FollowStatus) {
    this.#stream = stream;
    this.#status = status;
  }

  start(): void {
    const everyMs = this.#stream.isTTY === true ? TERMINAL_MS : LINE_MS;
    this.#timer = setInterval(() => this.#show(), everyMs).unref();
  }

  /** A line that stays. */
  note(text: string): void {
    this.#stream.write(`${this.#wipe}fnlog: ${text}\n`);
  }

  /** Says the last status, as a line that stays. */
  stop(): void {
    clearInterval(this.#timer);
    this.#stream.write(`${this.#wipe}${statusText(this.#status())}\n`);
  }

  get #wipe(): string {
    return this.#stream.isTTY === true ? WIPE : '';
  }

  #show(): void {
    const text = statusText(this.#status());
    this.#stream.write(this.#stream.isTTY === true ? `${WIPE}${text}` : `${text}\n`);
  }
}

export function statusText({ files, accepted, known, rejected, behindMs }: FollowStatus): string {
  const counted = (count: number) => count.toLocaleString('en-US');
  const parts = [
    `${counted(accepted)} new`,
    ...(known === 0 ? [] : [`${counted(known)} there already`]),
    `${counted(rejected)} rejected`,
    `${(behindMs / 1000).toFixed(1)} s behind`,
  ];
  return `followed ${counted(files)} ${files === 1 ? 'file' : 'files'}: ${parts.join(', ')}`;
}
