// The few paths into JSON documents that settings may name: $.headers.authorization,
// $.items[*].card, $['a name'].

/** One step down: to the member of this name, or to every member and every element. */
type JsonPathStep = { readonly member: string } | 'every';
export type JsonPath = readonly JsonPathStep[];

const STEPS_MAX = 16;
const STEP = /\.([^\s.[\]'"*]+)|\['((?:[^'\\]|\\['\\])+)'\]|\[\*\]/y;

/** @returns the steps, or undefined for a text that is no such path */
export function parseJsonPath(text: string): JsonPath | undefined {
  const steps: JsonPathStep[] = [];
  const reader = new RegExp(STEP);
  reader.lastIndex = 1;
  while (reader.lastIndex < text.length && steps.length < STEPS_MAX) {
    const match = reader.exec(text);
    if (match === null) {
      return undefined;
    }
    const [, plain, quoted] = match;
    const member = plain ?? quoted?.replace(/\\(['\\])/g, '$1');
    steps.push(member === undefined ? 'every' : { member });
  }
  const isWhole = text.startsWith('$') && steps.length > 0 && reader.lastIndex >= text.length;
  return isWhole ? steps : undefined;
}
