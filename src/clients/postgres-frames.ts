/** Fixed bytes behind each column's name in a row's description. */
const columnTailBytes = 18;
/** What a server says to a client that logs in and asks. Source: PostgreSQL documentation, «Message Formats». */
const known = "RKSZETDCNI123nstAGHWcdv";

/** A server that may start no process for a connection says so in plain text behind an «E», as it did before messages had a length. */
export class PlainRefusal extends Error {}

/** Lengths that no error has: the plain text's first letters, read as a number. Source: libpq, which looks at the same bounds. */
const errorBytes = { least: 8, most: 30_000 } as const;
const shownBytes = 300;

/**
 * Cuts what a PostgreSQL server says into whole messages and refuses malformed ones: the driver looks for the end of a text
 * without looking where its message ends, and would search for ever.
 * @throws PlainRefusal when the server turns the connection away before it speaks its protocol; Error naming what is wrong
 */
export function createFrameGuard(maxBytes: number): (chunk: Buffer) => Buffer {
  let waiting: Buffer = Buffer.alloc(0);
  return (chunk) => {
    waiting = waiting.length === 0 ? chunk : Buffer.concat([waiting, chunk]);
    let whole = 0;
    while (waiting.length - whole >= 5) {
      const type = String.fromCharCode(waiting[whole] ?? 0);
      const length = waiting.readUInt32BE(whole + 1);
      if (!known.includes(type)) throw new Error(`a message of kind ${JSON.stringify(type)}`);
      if (type === "E" && (length < errorBytes.least || length > errorBytes.most))
        throw new PlainRefusal(plainText(waiting.subarray(whole + 1)));
      if (length < 4 || length > maxBytes) throw new Error(`a message of ${length} bytes`);
      if (waiting.length < whole + 1 + length) break;
      const body = waiting.subarray(whole + 5, whole + 1 + length);
      if (!isWhole(type, body)) throw new Error(`a message of kind ${type} that breaks off`);
      whole += 1 + length;
    }
    const checked = waiting.subarray(0, whole);
    waiting = waiting.subarray(whole);
    return checked;
  };
}

function plainText(bytes: Buffer): string {
  const end = bytes.indexOf(0);
  return bytes
    .subarray(0, Math.min(end === -1 ? bytes.length : end, shownBytes))
    .toString("utf8")
    .trim();
}

function isWhole(type: string, body: Buffer): boolean {
  switch (type) {
    case "E":
    case "N":
      return endsTwice(body);
    case "R":
      // ten: the ways to log in, as texts with an empty one at the end
      return body.length >= 4 && (body.readInt32BE(0) !== 10 || endsTwice(body.subarray(4)));
    case "S":
      return texts(body) === 2;
    case "C":
      return texts(body) === 1;
    case "A":
      return body.length > 4 && texts(body.subarray(4)) === 2;
    case "T":
      return describesRows(body);
    default:
      return true;
  }
}

/** The last text is closed, and so is the list of texts. */
function endsTwice(body: Buffer): boolean {
  return body.at(-1) === 0 && (body.length === 1 || body.at(-2) === 0);
}

/** How many closed texts it consists of; -1 when the last is open. */
function texts(body: Buffer): number {
  return body.at(-1) === 0 ? body.reduce((count, byte) => count + (byte === 0 ? 1 : 0), 0) : -1;
}

function describesRows(body: Buffer): boolean {
  if (body.length < 2) return false;
  let place = 2;
  for (let column = 0; column < body.readUInt16BE(0); column++) {
    const end = body.indexOf(0, place);
    if (end < 0) return false;
    place = end + 1 + columnTailBytes;
  }
  return place === body.length;
}
