// Runs the cases of v2-errors.json against the route. A case says how its request differs from a
// good one; everything not said is right and rightly signed, so that the error is the one meant.

import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { encodeForm, HOST, type KeyName, keys, NOW_S } from './front-app.ts';
import { buildV2App, commonParameters, PATH, signatureOf } from './v2-app.ts';

interface ErrorRequest {
  /** GET where not given; parameters go into the query of a GET and the body of all others. */
  readonly method?: string;
  readonly path?: string;
  readonly parametersIn?: 'query';
  readonly key?: KeyName;
  /** Set, taken away and added before signing. */
  readonly parameters?: Readonly<Record<string, string>>;
  readonly without?: readonly string[];
  readonly parametersAdded?: number;
  readonly timestampOffsetS?: number;
  /** What is signed in place of the truth. */
  readonly signWith?: string;
  readonly signedMethod?: string;
  readonly signedHost?: string;
  /** Changed once signed. */
  readonly afterSigning?: Readonly<Record<string, string>>;
  readonly withoutAfterSigning?: readonly string[];
  /** Appended to the encoded parameters as it is. */
  readonly rawTail?: string;
  readonly bodyPaddedToBytes?: number;
  readonly contentType?: string;
  /** The answer to the last one counts. */
  readonly sentTimes?: number;
}

interface ErrorCase {
  readonly name: string;
  readonly request: ErrorRequest;
  readonly reply: {
    readonly code: number;
    readonly codeDesc: string;
    /** Each is part of the message. */
    readonly says: readonly string[];
  };
}

const cases: readonly ErrorCase[] = JSON.parse(
  readFileSync(new URL('./v2-errors.json', import.meta.url), 'utf8'),
);

function without(parameters: Readonly<Record<string, string>>, names: readonly string[] = []) {
  return Object.fromEntries(Object.entries(parameters).filter(([name]) => !names.includes(name)));
}

function signedForm(request: ErrorRequest, method: string): string {
  const key = keys[request.key ?? 'reader'];
  const added = Array.from({ length: request.parametersAdded ?? 0 }, (_, at) => [
    `extra${at}`,
    'x',
  ]);
  const parameters = without(
    {
      ...commonParameters(key, '7'),
      Timestamp: String(NOW_S + (request.timestampOffsetS ?? 0)),
      ...Object.fromEntries(added),
      ...request.parameters,
    },
    request.without,
  );
  const Signature = signatureOf(
    request.signedMethod ?? method,
    request.signedHost ?? HOST,
    parameters,
    request.signWith ?? key.secretKey,
  );
  const sent = without(
    { ...parameters, Signature, ...request.afterSigning },
    request.withoutAfterSigning,
  );
  const form = encodeForm(sent) + (request.rawTail ?? '');
  return form.padEnd(request.bodyPaddedToBytes ?? 0, 'x');
}

async function send(request: ErrorRequest) {
  const { method = 'GET', path = PATH } = request;
  const form = signedForm(request, method);
  const inQuery = method === 'GET' || request.parametersIn === 'query';
  const app = await buildV2App();
  const shoot = () =>
    app.inject({
      method: method as 'GET',
      url: inQuery ? `${path}?${form}` : path,
      headers: {
        host: HOST,
        'content-type': request.contentType ?? 'application/x-www-form-urlencoded',
      },
      ...(inQuery ? {} : { payload: form }),
    });
  for (let sent = 1; sent < (request.sentTimes ?? 1); sent += 1) {
    expect((await shoot()).json().code).toBe(0);
  }
  return shoot();
}

test('a request that no case changes is answered with success', async () => {
  expect((await send({})).json().code).toBe(0);
  expect((await send({ method: 'POST' })).json().code).toBe(0);
});

test.each(cases)('$name: $reply.code', async ({ request, reply }) => {
  const answer = await send(request);
  expect(answer.statusCode).toBe(200);
  expect(answer.headers['content-type']).toMatch(/^application\/json/);
  const { code, codeDesc, message } = answer.json();
  expect({ code, codeDesc }).toEqual({ code: reply.code, codeDesc: reply.codeDesc });
  for (const part of reply.says) {
    expect(message).toContain(part);
  }
  expect(Object.keys(answer.json())).toEqual(['code', 'message', 'codeDesc']);
});
