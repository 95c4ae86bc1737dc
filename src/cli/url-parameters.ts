// The parameters of a question to the native API.

/** @param given by name; what is undefined is left out */
export function urlParameters(
  given: Readonly<Record<string, string | undefined>>,
): URLSearchParams {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(given)) {
    if (value !== undefined) {
      parameters.set(name, value);
    }
  }
  return parameters;
}
