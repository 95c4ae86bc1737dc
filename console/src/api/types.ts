// The shapes of the native API by their names.

import type { components } from './schema.ts';

type Schemas = components['schemas'];

export type Invocation = Schemas['Invocation'] & Readonly<Record<string, unknown>>;
export type InvocationPage = Omit<Schemas['InvocationPage'], 'invocations'> & {
  readonly invocations: readonly Invocation[];
};
export type Receipt = Schemas['Completeness'];
export type Session = Schemas['Session'];
export type SignIn = Schemas['SignIn'];
export type Statistics = Schemas['Statistics'];
export type FunctionPage = Schemas['FunctionPage'];
export type ErrorPage = Schemas['ErrorPage'];
export type Concurrency = Schemas['Concurrency'];
export type Distribution = Schemas['Distribution'];
