// tencentcloud-sdk-nodejs-scf, the client package that its vendor publishes for API 3.0, asked as
// its users do.

import { Agent } from 'node:https';
import { scf } from 'tencentcloud-sdk-nodejs-scf';

export const signMethods = ['TC3-HMAC-SHA256', 'HmacSHA1', 'HmacSHA256'] as const;

export interface V3ClientOptions {
  /** http://HOST:PORT or https://HOST:PORT */
  readonly url: string;
  readonly secretId: string;
  readonly secretKey: string;
  readonly token?: string;
  readonly reqMethod?: 'GET' | 'POST';
  readonly signMethod?: (typeof signMethods)[number];
  readonly language?: 'zh-CN' | 'en-US';
  /** PEM of the authority that the client trusts besides those of the system. */
  readonly authority?: string;
}

export type V3Client = InstanceType<typeof scf.v20180416.Client>;

export function buildV3Client(options: V3ClientOptions): V3Client {
  const { url, secretId, secretKey, token, authority } = options;
  const { protocol, host } = new URL(url);
  return new scf.v20180416.Client({
    credential: { secretId, secretKey, ...(token === undefined ? {} : { token }) },
    region: 'ap-guangzhou',
    profile: {
      signMethod: options.signMethod ?? 'TC3-HMAC-SHA256',
      ...(options.language === undefined ? {} : { language: options.language }),
      httpProfile: {
        protocol: `${protocol}//`,
        endpoint: host,
        reqMethod: options.reqMethod ?? 'POST',
        ...(authority === undefined ? {} : { agent: new Agent({ ca: authority }) }),
      },
    },
  });
}
