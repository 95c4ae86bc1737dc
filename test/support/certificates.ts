// Certificates made for a test: an authority, servers that it vouches for, and loners.

import { generate, type SelfsignedOptions } from 'selfsigned';

export interface Certificate {
  /** PEM. */
  readonly cert: string;
  readonly key: string;
}

const plain = { keyType: 'ec', algorithm: 'sha256' } as const;

export async function makeAuthority(name: string): Promise<Certificate> {
  return await make(name, {
    extensions: [
      { name: 'basicConstraints', cA: true, critical: true },
      { name: 'keyUsage', keyCertSign: true, cRLSign: true, critical: true },
    ],
  });
}

export interface ServerTraits {
  readonly hosts?: readonly string[];
  readonly addresses?: readonly string[];
  readonly expired?: boolean;
}

/** @param authority signs it; where undefined it signs itself */
export async function makeServerCertificate(
  { hosts = [], addresses = [], expired = false }: ServerTraits,
  authority?: Certificate,
): Promise<Certificate> {
  const altNames = [
    ...hosts.map((value) => ({ type: 2 as const, value })),
    ...addresses.map((ip) => ({ type: 7 as const, ip })),
  ];
  return await make(hosts[0] ?? 'fnlog', {
    extensions: [
      { name: 'basicConstraints', cA: false, critical: true },
      { name: 'keyUsage', digitalSignature: true, critical: true },
      { name: 'extKeyUsage', serverAuth: true },
      { name: 'subjectAltName', altNames },
    ],
    ...(authority === undefined ? {} : { ca: authority }),
    ...(expired ? { notBeforeDate: new Date(0), notAfterDate: new Date(1) } : {}),
  });
}

async function make(name: string, options: SelfsignedOptions): Promise<Certificate> {
  const made = await generate([{ name: 'commonName', value: name }], { ...plain, ...options });
  return { cert: made.cert, key: made.private };
}
