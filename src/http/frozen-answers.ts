// Questions that name a mark.

import { AppError } from '../domain/errors.ts';

/**
 * What is not there yet cannot stay the same.
 *
 * @param query what was asked
 * @param answer with the mark that it is about
 * @throws AppError invalid_parameter
 */
export function assertMarkIsThere(
  { asOf }: { readonly asOf?: number },
  { asOf: mark }: { readonly asOf: number },
): void {
  if (asOf !== undefined && asOf > mark) {
    throw new AppError(
      'invalid_parameter',
      `asOf is ${asOf}: the newest mark is ${mark}; it takes the asOf of an answer`,
      { details: { parameter: 'asOf' } },
    );
  }
}
