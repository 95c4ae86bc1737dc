// The package has no types of its own; this much of it is used.

declare module 'qcloudapi-sdk' {
  export default class Capi {
    constructor(defaults: Readonly<Record<string, unknown>>);
    request(
      data: Readonly<Record<string, unknown>>,
      options: Readonly<Record<string, unknown>>,
      done: (error: unknown, body: unknown) => void,
    ): void;
  }
}
