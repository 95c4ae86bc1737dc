// Parameters that look for something in messages and logs.

import { RE2JS } from 're2js';
import { AppError } from '../../domain/errors.ts';
import { parseSearch, SEARCH_CHARS_MAX } from '../../domain/text-search.ts';
import { type ParameterDecoder, refuse, someText } from './decode-named.ts';

interface Searching {
  search?: string;
  contains?: string;
  regex?: string;
}

export const searchDecoders = {
  search: (draft: Searching, value: string, name: string) => {
    parseSearch(value, name);
    draft.search = value;
  },
  contains: (draft: Searching, value: string, name: string) => {
    draft.contains = boundedText(value, name);
  },
  regex: (draft: Searching, value: string, name: string) => {
    assertRegex(value, name);
    draft.regex = value;
  },
} satisfies Readonly<Record<string, ParameterDecoder<Searching>>>;

function boundedText(value: string, name: string): string {
  return value.length <= SEARCH_CHARS_MAX
    ? someText(value, name)
    : refuse(name, value, `it takes ${SEARCH_CHARS_MAX} characters at most`);
}

/** The engine's own syntax, so that what it would refuse is told before it is asked. */
function assertRegex(value: string, name: string): void {
  try {
    RE2JS.compile(boundedText(value, name));
  } catch (error) {
    if (error instanceof AppError) {
      throw error;
    }
    const problem = error instanceof Error ? error.message : 'it cannot be read';
    refuse(name, value, `it takes a regular expression of RE2: ${problem}`);
  }
}
