// qcloudapi-sdk, the client package that its vendor published for API 2.0, asked as its users do.

import Capi from 'qcloudapi-sdk';

export interface V2Reply {
  readonly code: number;
  readonly message: string;
  readonly codeDesc: string;
  readonly total: number;
  readonly data: readonly Record<string, unknown>[];
}

export interface V2ClientOptions {
  /** http://HOST:PORT */
  readonly url: string;
  readonly secretId: string;
  readonly secretKey: string;
  readonly method: 'get' | 'post';
  readonly signatureMethod: 'sha1' | 'sha256';
}

/** @returns a function that asks GetFunctionLogs with the given parameters */
export function buildV2Client(options: V2ClientOptions) {
  const { url, secretId, secretKey, method, signatureMethod } = options;
  const capi = new Capi({ SecretId: secretId, SecretKey: secretKey, serviceType: 'scf' });
  const transport = { host: new URL(url).host, protocol: 'http', method, signatureMethod };
  return (parameters: Record<string, unknown>): Promise<V2Reply> =>
    new Promise((resolve, reject) => {
      capi.request(
        { Region: 'gz', Action: 'GetFunctionLogs', ...parameters },
        transport,
        (error, body) => (error ? reject(error) : resolve(body as V2Reply)),
      );
    });
}
