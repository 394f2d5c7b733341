/** Words that are a value whatever their letters: dates, zones, truth values. */
const values: ReadonlySet<string> = new Set(
  [
    "true false null nan undefined True False Null NaN TRUE FALSE NULL NAN",
    "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec January February March April June July August September October November December",
    "Mon Tue Wed Thu Fri Sat Sun Monday Tuesday Wednesday Thursday Friday Saturday Sunday",
    "AM PM UTC GMT JST KST CET CEST EET EEST EST EDT CST CDT MST MDT PST PDT",
  ].flatMap((line) => line.split(" ")),
);

const units: ReadonlySet<string> = new Set(
  [
    "byte bytes Byte Bytes B kB KB MB GB TB PB KiB MiB GiB TiB",
    "s sec secs second seconds ms msec msecs millisecond milliseconds us usec usecs µs ns nsec",
    "min mins minute minutes hr hrs hour hours day days % Hz kHz MHz GHz rpm",
    "秒 分 時間 日 ミリ秒 バイト 件 回",
  ].flatMap((line) => line.split(" ")),
);

/** True when a word is a value by its shape, whatever the words around it are. `next` is what follows it directly. */
export function isValueWord(word: string, next: string): boolean {
  return traits(word) || isDotted(word, next) || values.has(word);
}

/** A digit, an address, or two separators of a path. */
function traits(word: string): boolean {
  let slashes = 0;
  for (let at = 0; at < word.length; at++) {
    const code = word.charCodeAt(at);
    if ((code >= 48 && code <= 57) || (code === 64 && at > 0)) return true;
    if (code === 47 || code === 92) slashes++;
  }
  return slashes > 1 || (slashes === 1 && word.length > 1 && /^(?:[/\\]|\.\.?\/)/.test(word));
}

export function isUnit(word: string): boolean {
  return units.has(word);
}

/** A name with two dots inside, or with one and a port behind it. */
function isDotted(word: string, next: string): boolean {
  const first = word.indexOf(".", 1);
  if (first < 0 || first === word.length - 1) return false;
  const second = word.indexOf(".", first + 1);
  return (second > 0 && second < word.length - 1) || /^:\d/.test(next);
}
