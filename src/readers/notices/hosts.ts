import ipaddr from "ipaddr.js";

/** Which machines and services a notice names. */
export interface Named {
  readonly hosts: readonly string[];
  readonly exceptHosts: readonly string[];
  readonly spans: readonly { readonly start: number; readonly end: number }[];
}

/** A range longer than this is not written out. */
const mostOfRange = 500;
const mostHosts = 2_000;

// what looks like a name with a number and is none
const noise =
  /https?:\/\/\S+|(?<![\w.+-])[\w.+-]{1,64}@[\w.-]+|CVE-\d{4}-\d+|(?:IN|INC|TKT|REQ|No\.?|#|Ticket\s*)[-:]?\d{6,}[_-]?\d*|\d{2,4}-\d{2,4}-\d{3,4}/gi;
const notHosts = new Set(
  "php mysql mariadb postgresql postgres ipv http tls tlsv ssl sslv sha md utf raid windows ubuntu debian centos rhel almalinux alma rocky fedora freebsd nodejs python java jdk openjdk tomcat apache httpd nginx openssl openssh perl ruby wordpress drupal redis tier zone rack region area plan step stage phase no ver version rev rc sev level case ticket inc id kb ms chapter part q fy day week vol room floor cpu gb mb tb mbps gbps core cores pop imap smtp ipsec log4j layer class type page fig table iso rfc jan feb mar apr may jun jul aug sep oct nov dec january february march april june july august september october november december gen generation series storage dc pod cell wave batch group grp block az line channel vlan ch utc gmt jst pst about around approximately at on in from to until by up for and".split(
    " ",
  ),
);
const regionName =
  /^(?:us|eu|ap|sa|ca|me|af|asia|europe|northamerica|australia|jp|tk|is|os)-?(?:east|west|north|south|central|northeast|southeast|northwest|southwest)[\w-]*$|^(?:us|eu|ap|sa|ca|me|af)-[a-z]+-\d/i;
// one word of a name: a letter first, at most 24 characters before the number, so that no text can make it slow
const word = String.raw`(?<![\w.-])[a-z][a-z]{0,20}(?:[-_][a-z0-9]{1,20}){0,3}?[-_]?\d{0,5}[x?*]{0,4}\d{0,4}(?:\.[a-z0-9][a-z0-9-]{0,40}){0,6}(?![\w-])`;
const nameForm = new RegExp(word, "gi");
const addressForm = /^((?:\d{1,3}\.){3})(\d{1,3})$/;
const rangeForm = /^(.*?)(\d{1,5})((?:\.[a-z0-9-]+)*)$/i;
const address =
  /(?<![\w.-])(?<![0-9a-f]:)(?:\d{1,3}(?:\.\d{1,3}){3}(?:\/\d{1,2})?|(?:[0-9a-f]{1,4}:){2,7}(?::?[0-9a-f]{1,4}){1,7})(?![\w:]|\.\d)/gi;
const unaffected =
  /(?:除く|除き|除いた|以外|対象外|含まれません|含みません|影響(?:は|が)?(?:ございません|ありません|なし|無し)|excluding|except(?:\s+for)?|other\s+than|not\s+(?:be\s+)?affected|unaffected)/gi;

/** Names with numbers, full names, addresses and patterns; ranges (`web-11~web-14`, `sv01~03`) are written out. */
export function hostsIn(text: string): Named {
  const quiet = text.replaceAll(noise, (found) => " ".repeat(found.length));
  const found: { name: string; start: number; end: number }[] = [];
  for (const match of quiet.matchAll(address)) {
    if (isAddress(match[0])) found.push({ name: match[0], start: match.index, end: match.index + match[0].length });
  }
  const taken = (at: number): boolean => found.some(({ start, end }) => at >= start && at < end);
  for (const match of quiet.matchAll(nameForm)) {
    if (!taken(match.index) && isMachine(quiet, match)) {
      found.push({ name: match[0].toLowerCase(), start: match.index, end: match.index + match[0].length });
    }
  }
  found.sort((a, b) => a.start - b.start);
  const named = found.slice(0, mostHosts).flatMap((one, nth) => ranges(quiet, one, found[nth + 1]));
  const apart = named.map((one) => ({ ...one, except: isExcepted(quiet, one) }));
  const except = new Set(apart.filter((one) => one.except).map(({ name }) => name));
  const hosts = [...new Set(apart.filter((one) => !one.except).map(({ name }) => name))].filter(
    (name) => !except.has(name),
  );
  return {
    hosts,
    exceptHosts: [...except],
    spans: apart.filter((one) => !one.except).map(({ start, end }) => ({ start, end })),
  };
}

function isMachine(text: string, match: RegExpExecArray): boolean {
  const [name] = match;
  return (isHostName(name) || isShortName(text, name)) && !siteCode.test(name) && !isPlaceName(text, match);
}

function isAddress(written: string): boolean {
  const [bare = "", bits] = written.split("/");
  return (
    ipaddr.isValid(bare) &&
    (!bare.includes(":") || bare.split(":").length > 3) &&
    (bits === undefined || Number(bits) <= 32)
  );
}

function isHostName(name: string): boolean {
  const [first = "", ...rest] = name.split(".");
  const isKnownWord = isOtherWord(first) || (rest.length === 0 && /^[ap]m\d{1,2}$/i.test(first));
  if (isKnownWord) return false;
  const isNumbered = hasPattern(first) || (/\d$/.test(first) && /^[a-z](?:[a-z]|-[a-z]+\d*-)/i.test(first));
  if (rest.length === 0) return isNumbered && !/^(?:[a-z]+\d+){3,}$/i.test(first);
  return /^[a-z]{2,}$/i.test(rest.at(-1) ?? "") && (rest.length >= 2 || isNumbered);
}

/** Products, units and regions that carry a number. */
function isOtherWord(first: string): boolean {
  const lower = first.toLowerCase();
  const letters = /^[a-z]+/.exec(lower)?.[0] ?? "";
  return notHosts.has(letters) || notHosts.has(lower.replace(/[-_]?\d+$/, "")) || regionName.test(first);
}

function hasPattern(first: string): boolean {
  return /\d[x?*]+\d*$|[*?]/.test(first);
}

/** One letter and a number is a rack, a version or a percentile as often as a machine: only where the text speaks of machines. */
function isShortName(text: string, name: string): boolean {
  return (
    /^(?:(?![vphx])[a-z]|[a-z]-)\d{2,5}$/.test(name) &&
    /サーバ|ホスト|マシン|ログインID|アカウント|対象|server|host|node|instance/i.test(text)
  );
}

// city codes as providers name their sites: TYO1, FRA-2
const siteCode =
  /^(?:tyo|tok|nrt|hnd|osa|osk|kix|itm|fuk|cts|spk|ngo|ngy|oka|sin|sgp|hkg|icn|sel|tpe|bkk|kul|jkt|mnl|bom|del|blr|syd|mel|fra|fsn|nbg|muc|ber|dus|ams|lon|lhr|par|cdg|mrs|mad|mil|mxp|zrh|vie|waw|prg|hel|sto|arn|osl|cph|dub|nyc|jfk|ewr|iad|was|atl|mia|ord|chi|dfw|dal|den|phx|lax|sfo|sjc|sea|pdx|yyz|tor|yul|gru|sao|scl)-?\d{1,2}[a-z]?$/i;

const place = String.raw`(?:ゾーン|リージョン|ラック|フロア|エリア|データセンター|サイト|拠点|プラン|zone|region|rack|datacenter|data\s+center|site|pod)`;
const placeAfter = new RegExp(String.raw`^\s*(?:第\d)?${place}`, "i");
const placeBefore = new RegExp(String.raw`${place}\s*:?\s*$`, "i");

/** 「tk1 リージョン」「ラック c12」: where machines are, not what they are called. */
function isPlaceName(text: string, { 0: name, index }: RegExpExecArray): boolean {
  const end = index + name.length;
  return placeAfter.test(text.slice(end, end + 14)) || placeBefore.test(text.slice(Math.max(0, index - 12), index));
}

/** `x` and each of several `*` in a number pattern stand for one digit; a lone `*` at its end for anything. */
function pattern(name: string): string {
  const [first = "", ...rest] = name.split(".");
  const many = /(?<=\d)(?:x+|\*{2,}|\*(?=\d))(?=\d*$)/i.exec(first);
  if (many === null) return name;
  const shown = first.slice(0, many.index) + "?".repeat(many[0].length) + first.slice(many.index + many[0].length);
  return [shown, ...rest].join(".");
}

interface Found {
  readonly name: string;
  readonly start: number;
  readonly end: number;
}

/** A name alone, or all of a range it begins. */
function ranges(text: string, one: Found, next: Found | undefined): readonly Found[] {
  const first = numbered(one.name);
  const last = first === null ? null : lastOf(text, { one, next, head: first.head });
  if (first === null || last === null) return [{ ...one, name: pattern(one.name) }];
  const { head, number, tail } = first;
  const [from, to] = [Number(number), Number(last.number)];
  const ending = tail === "" ? last.tail : tail;
  const span = { start: one.start, end: last.end };
  if (to < from || to - from >= mostOfRange) return [{ name: one.name, ...span }];
  return Array.from({ length: to - from + 1 }, (_, step) => ({
    name: `${head}${String(from + step).padStart(number.length, "0")}${ending}`,
    ...span,
  }));
}

interface RangeEnd {
  readonly number: string;
  readonly tail: string;
  readonly end: number;
}

/** `web11~web14` or `web11~14`. */
function lastOf(
  text: string,
  { one, next, head }: { one: Found; next: Found | undefined; head: string },
): RangeEnd | null {
  const last = next === undefined ? null : numbered(next.name);
  if (next !== undefined && last?.head === head && joins.test(text.slice(one.end, next.start))) {
    return { number: last.number, tail: last.tail, end: next.end };
  }
  const short = /^\s*~\s*(\d{1,5})(?![\d:時分月日/.])((?:\.[a-z0-9-]+)*)/i.exec(text.slice(one.end, one.end + 60));
  if (short?.[1] === undefined) return null;
  return { number: short[1], tail: short[2] ?? "", end: one.end + short[0].length };
}

const joins = /^\s*(?:~|から|-|to|through)\s*$/i;

/** The number of a name that counts on; of an address it is the last one. */
function numbered(name: string): { head: string; number: string; tail: string } | null {
  const form = ipaddr.IPv4.isValidFourPartDecimal(name) ? addressForm : rangeForm;
  const [, head, number, tail = ""] = form.exec(name) ?? [];
  return head === undefined || number === undefined ? null : { head, number, tail };
}

/** 「web12 を除く」 stands behind the names, "except web12" before them; a bracket or a sentence ends it. */
function isExcepted(text: string, { start, end }: { start: number; end: number }): boolean {
  const line = text.lastIndexOf("\n", start) + 1;
  const before = text.slice(Math.max(line, start - 60), start);
  if (/(?:excluding|except(?:\s+for)?|other\s+than)\s*:?\s*[^.()\n]*$/i.test(before)) return true;
  if (/(?:ただし|但し|なお)、?[^。\n]*$/.test(before) || /\([^)\n]*$/.test(before)) {
    const after = text.slice(end, end + 60).split(/[)。\n]/)[0] ?? "";
    return new RegExp(unaffected.source, "i").test(after);
  }
  const after = text.slice(end, end + 40).split(/[。\n]/)[0] ?? "";
  return /^[\s)]*(?:を除く|を除き|以外|は対象外|(?:には|への|は|に)影響(?:は|が)?(?:ございません|ありません)|(?:is|are)\s+(?:not\s+affected|unaffected))/i.test(
    after,
  );
}
