// The shapes of the native API by their names.

import type { components, operations } from './schema.ts';

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

type QueryOf<Name extends keyof operations> = NonNullable<
  operations[Name] extends { parameters: { query?: infer Query } } ? Query : never
>;
type OrderOf<Name extends keyof operations> =
  QueryOf<Name> extends { orderBy?: infer Order } ? NonNullable<Order> : never;

/** What narrows runs down, and how they, errors and functions are sorted: the API's own words. */
export type RunParameter = keyof QueryOf<'findInvocations'>;
export type RunOrder = OrderOf<'findInvocations'>;
export type ErrorOrder = OrderOf<'findErrors'>;
export type FunctionOrder = OrderOf<'findFunctions'>;
