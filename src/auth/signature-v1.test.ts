// The text that clients sign, against the vendor's worked examples and the rules one by one.

import { describe, expect, test } from 'vitest';
import {
  hmacOf,
  type SignatureV1Variant,
  signatureVariantsV2,
  textsToSign,
} from './signature-v1.ts';
import type { Parameter, SignedRequest } from './signed-request.ts';

const plain: SignatureV1Variant = {
  underscores: 'dots-unless-leading',
  atValues: 'signed',
  emptyValues: 'signed',
};

function requestOf(parameters: readonly Parameter[], method = 'GET'): SignedRequest {
  return { method, host: 'host', path: '/v2/index.php', parameters };
}

function textOf(parameters: readonly Parameter[], variant: SignatureV1Variant, method = 'GET') {
  return textsToSign(requestOf(parameters, method), ['host'], [variant])[0];
}

describe('the vendor’s worked examples', () => {
  const secretKey = 'Gu5t9xGARNpq86cd98joQYCN3Cozk1qA';
  const parameters: readonly Parameter[] = [
    ['Timestamp', '1465185768'],
    ['SecretId', 'AKIDz8krbsJ5yKBZQpn74WFkmLPx3gnPhESA'],
    ['Region', 'ap-guangzhou'],
    ['SignatureMethod', 'HmacSHA256'],
    ['InstanceIds.0', 'ins-09dx96dg'],
    ['Nonce', '11886'],
    ['Action', 'DescribeInstances'],
    ['Signature', 'anything'],
  ];
  const request: SignedRequest = {
    method: 'GET',
    host: 'cvm.api.qcloud.com',
    path: '/v2/index.php',
    parameters,
  };

  test('the text is the method, the host, the path and the sorted parameters', () => {
    expect(textsToSign(request, [request.host], signatureVariantsV2(request))).toEqual([
      'GETcvm.api.qcloud.com/v2/index.php?Action=DescribeInstances&InstanceIds.0=ins-09dx96dg' +
        '&Nonce=11886&Region=ap-guangzhou&SecretId=AKIDz8krbsJ5yKBZQpn74WFkmLPx3gnPhESA' +
        '&SignatureMethod=HmacSHA256&Timestamp=1465185768',
    ]);
  });

  test('SHA-256 and SHA-1 give the published signatures', () => {
    const [text = ''] = textsToSign(request, [request.host], [plain]);
    expect(hmacOf(text, secretKey, 'sha256').toString('base64')).toBe(
      '0EEm/HtGRr/VJXTAD9tYMth1Bzm3lLHz5RCDv1GdM8s=',
    );
    expect(hmacOf(text, secretKey, 'sha1').toString('base64')).toBe('RVSD1I6ip2Zo56I2HdqRVrt+1TE=');
  });
});

describe('the text of a v1 signature', () => {
  test('sorts names by their bytes, upper case first, and does so before underscores go', () => {
    // As received "a_c" comes after "aZ"; as ".": it would come before.
    const text = textOf(
      [
        ['b', '1'],
        ['a_c', '2'],
        ['aZ', '3'],
        ['Z', '4'],
      ],
      plain,
    );
    expect(text).toBe('GEThost/v2/index.php?Z=4&aZ=3&a.c=2&b=1');
  });

  test('leaves values as they are', () => {
    expect(textOf([['a', 'x_y z&=+%中文']], plain)).toBe('GEThost/v2/index.php?a=x_y z&=+%中文');
  });

  test('keeps a name that starts with an underscore, for clients that do', () => {
    expect(textOf([['_a_b', '1']], plain)).toBe('GEThost/v2/index.php?_a_b=1');
    expect(textOf([['_a_b', '1']], { ...plain, underscores: 'dots' })).toBe(
      'GEThost/v2/index.php?.a.b=1',
    );
    expect(textOf([['a_b', '1']], { ...plain, underscores: 'kept' })).toBe(
      'GEThost/v2/index.php?a_b=1',
    );
  });

  test('leaves out Signature, the empty name and, where asked, values that start with @', () => {
    const parameters: readonly Parameter[] = [
      ['', 'x'],
      ['Signature', 's'],
      ['f', '@x'],
      ['g', 'a@'],
    ];
    expect(textOf(parameters, plain)).toBe('GEThost/v2/index.php?f=@x&g=a@');
    expect(textOf(parameters, { ...plain, atValues: 'left-out', emptyValues: 'signed' })).toBe(
      'GEThost/v2/index.php?g=a@',
    );
  });

  test('is tried for every host and every reading, each text once', () => {
    const request = requestOf([['_a', '1']]);
    const hosts = ['one', 'two', 'one'];
    expect(textsToSign(request, hosts, signatureVariantsV2(request))).toEqual([
      'GETone/v2/index.php?_a=1',
      'GETone/v2/index.php?.a=1',
      'GETtwo/v2/index.php?_a=1',
      'GETtwo/v2/index.php?.a=1',
    ]);
  });
});

describe('the readings of API 2.0 clients', () => {
  test('sign @ values in a GET, and leave them out of a POST', () => {
    const atOf = (method: string, parameters: readonly Parameter[]) => [
      ...new Set(
        signatureVariantsV2(requestOf(parameters, method)).map(({ atValues }) => atValues),
      ),
    ];
    expect(atOf('GET', [])).toEqual(['signed']);
    expect(atOf('POST', [])).toEqual(['left-out']);
    expect(atOf('POST', [['Version', '2018-04-16']])).toEqual(['signed', 'left-out']);
  });
});
