// As much of the shape of an OpenAPI 3.1 document as ours has.

export type Schema = Readonly<Record<string, unknown>>;

export interface Parameter {
  readonly name: string;
  readonly in: 'query' | 'path' | 'header';
  readonly required?: boolean;
  readonly description: string;
  readonly schema: Schema;
}

export interface Operation {
  readonly operationId: string;
  readonly summary: string;
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: Readonly<Record<string, unknown>>;
  readonly responses: Readonly<Record<string, unknown>>;
}

type PathItem = Readonly<Partial<Record<'get' | 'post' | 'delete', Operation>>>;

/** By path, parameters in braces. */
export type Paths = Readonly<Record<string, PathItem>>;

/** A schema among the components. */
export function ref(name: string): Schema {
  return { $ref: `#/components/schemas/${name}` };
}

/** An answer 200 in JSON, and every error as the one envelope. */
export function answers(schema: Schema, description: string): Operation['responses'] {
  return {
    '200': { description, content: { 'application/json': { schema } } },
    default: { $ref: '#/components/responses/Error' },
  };
}
