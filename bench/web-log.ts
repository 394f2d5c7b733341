import fs from "node:fs";

const months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const days = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
const pieceChars = 4_000_000;
const startSeconds = Date.UTC(2026, 0, 5) / 1_000;

/** The same sequence for the same seed. Source: T. Ettinger's mulberry32. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d_2b_79_f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

interface Draw {
  below(limit: number): number;
  /** small numbers far more often than large ones, as visitors and pages are */
  skewed(limit: number): number;
}

function drawing(seed: number): Draw {
  const next = seeded(seed);
  const below = (limit: number): number => Math.floor(next() * limit);
  return { below, skewed: (limit) => Math.min(limit - 1, Math.floor(limit ** next()) - 1) };
}

const two = (value: number): string => String(value).padStart(2, "0");

/** Writes a log of so many bytes at least, line by line from `line(draw, second)`, a few lines a second. */
function write(file: string, bytes: number, line: (draw: Draw, stamp: Date) => string): void {
  const descriptor = fs.openSync(file, "w");
  const draw = drawing(bytes % 9_973);
  let [size, seconds, left] = [0, startSeconds, 0];
  let piece: string[] = [];
  let pieceSize = 0;
  let stamp = new Date(startSeconds * 1_000);
  while (size < bytes) {
    if (left-- <= 0) {
      left = draw.below(16);
      stamp = new Date(++seconds * 1_000);
    }
    const text = line(draw, stamp);
    piece.push(text);
    pieceSize += text.length;
    size += text.length;
    if (pieceSize < pieceChars && size < bytes) continue;
    fs.writeSync(descriptor, piece.join(""));
    [piece, pieceSize] = [[], 0];
  }
  fs.closeSync(descriptor);
}

/** Combined format: 60,000 addresses, 8,000 paths, 300 referrers, 120 user agents. */
export function writeAccessLog(file: string, bytes: number): void {
  const setup = drawing(1);
  const addresses = Array.from({ length: 60_000 }, () =>
    [223, 256, 256, 255].map((limit) => setup.below(limit)).join("."),
  );
  const folders = ["/", "/shop/item/", "/blog/", "/wp-content/uploads/", "/api/v1/orders/", "/assets/js/"];
  const paths = Array.from(
    { length: 8_000 },
    (_, nth) => `${folders[nth % 6]}${nth.toString(36)}${nth % 3 ? ".html" : ""}`,
  );
  const agents = Array.from(
    { length: 120 },
    (_, nth) =>
      `Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/1${nth}.0.0.0 Safari/537.36`,
  );
  const statuses = [
    ...Array.from({ length: 86 }, () => 200),
    304,
    304,
    304,
    304,
    304,
    304,
    301,
    301,
    301,
    404,
    404,
    404,
    403,
    500,
  ];
  write(file, bytes, (draw, at) => {
    const stamp = `${two(at.getUTCDate())}/${months[at.getUTCMonth()]}/${at.getUTCFullYear()}:${two(at.getUTCHours())}:${two(at.getUTCMinutes())}:${two(at.getUTCSeconds())} +0900`;
    const path = paths[draw.skewed(paths.length)];
    const referrer = draw.below(3) === 0 ? "-" : `https://www.example.jp/shop/item/${draw.skewed(300)}`;
    const status = statuses[draw.below(statuses.length)];
    return `${addresses[draw.skewed(addresses.length)]} - - [${stamp}] "GET ${path} HTTP/1.1" ${status} ${draw.below(90_000)} "${referrer}" "${agents[draw.skewed(agents.length)]}"\n`;
  });
}

/** Apache 2.4's error log. */
export function writeErrorLog(file: string, bytes: number): void {
  const texts = [
    "[proxy_http:error] [pid 1021:tid 139000000512] (70007)The timeout specified has expired: [client %c] AH01102: error reading status line from remote server 127.0.0.1:8080",
    "[authz_core:error] [pid 1022:tid 139000000512] [client %c] AH01630: client denied by server configuration: /var/www/html/%n",
    '[php:warn] [pid 1023:tid 139000000512] [client %c] PHP Warning:  Undefined array key "id" in /var/www/html/shop/%n.php on line 12, referer: https://www.example.jp/',
    "[proxy:error] [pid 1024:tid 139000000512] [client %c] AH00898: Error reading from remote server returned by /api/v1/orders/%n",
  ];
  write(file, bytes, (draw, at) => {
    const stamp = `${days[at.getUTCDay()]} ${months[at.getUTCMonth()]} ${two(at.getUTCDate())} ${two(at.getUTCHours())}:${two(at.getUTCMinutes())}:${two(at.getUTCSeconds())}.${String(draw.below(1_000_000)).padStart(6, "0")} ${at.getUTCFullYear()}`;
    const client = `198.51.${draw.skewed(256)}.${draw.below(256)}:${1_024 + draw.below(60_000)}`;
    const text = texts[draw.below(texts.length)] ?? "";
    return `[${stamp}] ${text.replace("%c", client).replace("%n", String(draw.below(900)))}\n`;
  });
}
