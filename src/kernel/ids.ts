const alphabet = "0123456789abcdefghjkmnpqrstvwxyz"; // Crockford base 32, lower case: no i, l, o, u to misread

/** A random id of `bits` bits (a multiple of 5), safe in URLs and file names. */
export function randomId(bits = 80): string {
  const bytes = crypto.getRandomValues(new Uint8Array(Math.ceil(bits / 5)));
  return Array.from(bytes, (byte) => alphabet[byte & 31]).join("");
}

/** A secret token of 128 bits and more, for links and logins. */
export function randomToken(): string {
  return randomId(160);
}
