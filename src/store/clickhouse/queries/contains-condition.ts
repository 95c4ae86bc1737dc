// Whether a text contains another in any letter case.

/**
 * Down and up again, so that letters with more than one small or great form meet (σ and ς, K and
 * the sign for kelvin); positionCaseInsensitiveUTF8 takes those for different ones.
 *
 * @param expression constant SQL: the text that is searched
 * @param parameter name of the bound parameter that holds what is looked for
 */
export function containsCondition(expression: string, parameter: string): string {
  return `position(${oneCase(expression)}, ${oneCase(`{${parameter}:String}`)}) > 0`;
}

function oneCase(text: string): string {
  return `upperUTF8(lowerUTF8(${text}))`;
}
