// Whether something that looks like a secret is one, as far as it says so itself.

/** Longer than any word, or with a digit: "Bearer authentication" has no token. */
export function isTokenLike(found: string): boolean {
  return found.length >= 20 || /\d/.test(found);
}

/** Base64 of a name, a colon and a password (RFC 7617). */
export function isBasicCredentials(found: string): boolean {
  if (found.length % 4 !== 0) {
    return false;
  }
  const text = Buffer.from(found, 'base64').toString('utf8');
  return text.includes(':') && !/[\p{Cc}\uFFFD]/u.test(text);
}

/** The check digit of payment cards (ISO/IEC 7812-1, annex B). */
export function isCardNumber(found: string): boolean {
  const digits = found.replace(/[ -]/g, '');
  let sum = 0;
  for (let at = 0; at < digits.length; at += 1) {
    const digit = Number(digits.charAt(digits.length - 1 - at));
    const doubled = at % 2 === 1 ? digit * 2 : digit;
    sum += doubled > 9 ? doubled - 9 : doubled;
  }
  return sum % 10 === 0;
}

const ID_WEIGHTS = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
const ID_CHECK_CHARACTERS = '10X98765432';

/** The birthday and the check character of a resident identity number (GB 11643). */
export function isChinaId(found: string): boolean {
  const [month, day] = [Number(found.slice(10, 12)), Number(found.slice(12, 14))];
  const sum = ID_WEIGHTS.reduce((so, weight, at) => so + weight * Number(found.charAt(at)), 0);
  const isDay = month >= 1 && month <= 12 && day >= 1 && day <= 31;
  return isDay && ID_CHECK_CHARACTERS.charAt(sum % 11) === found.charAt(17).toUpperCase();
}
