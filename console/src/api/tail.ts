// What comes in, read by fetch: the browser's own reader of events can send no header, and hides why it
// was refused.

import { EventSourceParserStream } from 'eventsource-parser/stream';
import { addressOf, openStream, type Parameters } from './client.ts';

/**
 * Reads until the server ends it, or the signal does.
 *
 * @param parameters as GET /api/v1/tail takes them
 * @returns the ingest sequence of each record that matches
 * @throws ApiError where it is refused, AwayError where nobody answers
 */
export async function* readTail(
  parameters: Parameters,
  signal: AbortSignal,
): AsyncGenerator<number> {
  const stream = await openStream(addressOf('/api/v1/tail', parameters), signal);
  const reader = stream
    .pipeThrough(new TextDecoderStream())
    .pipeThrough(new EventSourceParserStream())
    .getReader();
  for (;;) {
    const { value, done } = await reader.read();
    if (done || value.event === 'end') {
      return;
    }
    if (value.event === 'invocation') {
      yield Number(value.id);
    }
  }
}
