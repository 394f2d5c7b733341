/** A part of a URL without its %-escapes; null when empty, and as written when the escapes are no text. */
export function decoded(text = ""): string | null {
  if (text === "") return null;
  try {
    return decodeURIComponent(text);
  } catch {
    return text; // escapes that are no UTF-8, or a bare %, are what the person meant
  }
}

/** A URL's host without the brackets of IPv6. */
export function bareHost(url: URL): string {
  return url.hostname.replaceAll(/^\[|\]$/g, "");
}
