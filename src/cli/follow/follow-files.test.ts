import { expect, test } from 'vitest';
import { loadSettings } from '../../config/load.ts';
import { type FollowOptions, followFiles } from './follow-files.ts';

const settings = loadSettings({ flags: {}, configFile: undefined });

test.each<[string, FollowOptions, string]>([
  ['-', {}, 'standard input'],
  ['a.ndjson.gz', {}, 'a.ndjson.gz is compressed'],
  ['a/**', {}, 'the file "a/**" cannot be followed'],
  ['a.ndjson', { format: 'cls' }, 'not cls'],
  ['a.ndjson', { fromStart: true }, '--from-start'],
])('%s with %j cannot be followed', async (pattern, options, message) => {
  await expect(followFiles([pattern], options, settings)).rejects.toMatchObject({
    code: 'invalid_parameter',
    message: expect.stringContaining(message),
  });
});
