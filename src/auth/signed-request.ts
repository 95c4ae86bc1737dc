// What a front hands over to have a request's signature checked: the request as the client signed
// it, already decoded, and nothing of the server around it.

/** A decoded name and value, in the order of the wire. */
export type Parameter = readonly [name: string, value: string];

export interface SignedRequest {
  /** Upper case. */
  readonly method: string;
  /** The Host header as it was sent, with its port; empty where there was none. */
  readonly host: string;
  /** The constant path of the API, not the request line's. */
  readonly path: string;
  /** Every parameter that came, Signature and unknown ones included; no name twice. */
  readonly parameters: readonly Parameter[];
}
