/** What a masked value is shown as. */
const masked = "***";

/** Words one of which every rule below needs: most lines hold none, and are not looked at further. */
const hint =
  /auth|pass|pwd|secret|token|api_?key|access_?key|session|cookie|credential|signature|:\/\/[^\s/]*@|BEGIN [A-Z ]*PRIVATE/i;

/** Two letters of each word of `hint`, in the order of the words: where none of them stands, none of the words does. */
const pairs = ["au", "ss", "pw", "cr", "ok", "pi", "gn", "iv"];
const alone = 1 << pairs.length;
const begins = new Uint16Array(256).fill(alone);
const ends = new Uint16Array(256);
for (let byte = 0; byte < 32; byte++) if (byte !== 9) ends[byte] = alone;
for (const byte of [0x40, 0x7f]) ends[byte] = alone; // `@` of a login in an address; delete
for (const [nth, pair] of pairs.entries()) {
  for (const written of [pair, pair.toUpperCase()]) {
    const [first, second] = [written.charCodeAt(0), written.charCodeAt(1)];
    begins[first] = (begins[first] ?? 0) | (1 << nth);
    ends[second] = (ends[second] ?? 0) | (1 << nth);
  }
}

/** False for a line from `start` to before `end`, in ASCII or UTF-8, that surely holds neither a secret nor a control character; most are so. */
export function mayNeedTidying(bytes: Uint8Array, start = 0, end = bytes.length): boolean {
  let before = alone;
  for (let at = start; at < end; at++) {
    const byte = bytes[at] ?? 0;
    if ((before & (ends[byte] ?? 0)) !== 0) return true;
    before = begins[byte] ?? 0;
  }
  return false;
}

const names =
  "(?:(?:passwd|password|passphrase|pwd|secret|token|api[_-]?key|apikey|access[_-]?key|session[_-]?id|sessid|signature|credential)s?|(?<![a-z])(?:pass|sid))";

const rules: readonly (readonly [RegExp, string])[] = [
  // Authorization: Bearer eyJ… / Basic dXNlcjpwYXNz
  [
    /\b((?:proxy-)?authorization["']?\s*[:=]\s*["']?)(?:(basic|bearer|digest|negotiate|token)\s+)?[^\s"',;]+/gi,
    `$1$2 ${masked}`,
  ],
  [/\b(bearer|basic)\s+[A-Za-z0-9+/_.~=-]{12,}/gi, `$1 ${masked}`],
  [/\b((?:set-)?cookie["']?\s*[:=]\s*["']?)[^"'\r\n]+/gi, `$1${masked}`],
  // password=x, "token": "x", ?api_key=x, --password x
  [new RegExp(`(${names}["']?\\s*[=:]\\s*)"(?:[^"\\\\]|\\\\.){0,2000}"`, "gi"), `$1"${masked}"`],
  [new RegExp(`(${names}["']?\\s*[=:]\\s*)'(?:[^'\\\\]|\\\\.){0,2000}'`, "gi"), `$1'${masked}'`],
  [new RegExp(`(${names}["']?(?:=|:\\s?))(?!["'*]|\\*\\*\\*)[^\\s"'&;,)}\\]]+`, "gi"), `$1${masked}`],
  [new RegExp(`(--${names}\\s+)[^\\s-][^\\s]*`, "gi"), `$1${masked}`],
  // https://user:password@host/
  [/(:\/\/[^\s/:@]{0,200}:)[^\s/@]{1,500}@/g, `$1${masked}@`],
  [/-----BEGIN [A-Z ]*PRIVATE KEY-----.*/gs, `-----BEGIN PRIVATE KEY----- ${masked}`],
];

/** The line without what lets someone in: passwords, tokens, cookies, keys. What it was about stays readable. */
export function maskSecrets(line: string): string {
  if (!hint.test(line)) return line;
  let text = line;
  for (const [pattern, replacement] of rules) text = text.replace(pattern, replacement);
  return text;
}

/** Values of fields that are a secret by their name, or hold one. */
export function maskFields(fields: Readonly<Record<string, string | number>>): Record<string, string | number> {
  const kept: Record<string, string | number> = {};
  for (const [name, value] of Object.entries(fields)) {
    if (typeof value === "number") kept[name] = value;
    else kept[name] = secretName.test(name) ? masked : maskSecrets(value);
  }
  return kept;
}

const secretName =
  /(?:^|[._-])(?:authorization|cookie|passwd|password|pass|pwd|secret|token|api[_-]?key|apikey|access[_-]?key|session|sid)$/i;
