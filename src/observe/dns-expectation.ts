import ipaddr from "ipaddr.js";
import { z } from "zod";
import { stop, type Stop } from "../clients/attempt.ts";
import type { AskedType } from "../clients/dns-records.ts";
import { key, many, oneOrMany } from "../kernel/fields.ts";

const records = key(oneOrMany(z.string().min(1)).optional(), { ja: "この値であること", en: "must be this" });

/** The keys under `expect` that name the values of a type. */
const expectedTypes = {
  a: "A",
  aaaa: "AAAA",
  cname: "CNAME",
  mx: "MX",
  ns: "NS",
  txt: "TXT",
  ptr: "PTR",
  srv: "SRV",
  caa: "CAA",
  soa: "SOA",
  ds: "DS",
  tlsa: "TLSA",
} as const satisfies Record<string, AskedType>;
type ExpectedKey = keyof typeof expectedTypes;
const expectedKeys = Object.keys(expectedTypes) as readonly ExpectedKey[];

export const DnsExpectation = z.strictObject({
  a: records,
  aaaa: records,
  cname: records,
  mx: key(records, {
    ja: "メールの届け先。優先度は書いても省いてもよい(例 10 mail.example.jp)",
    en: "where mail goes; with or without the preference, such as 10 mail.example.jp",
  }),
  ns: records,
  txt: records,
  ptr: records,
  srv: records,
  caa: records,
  soa: records,
  ds: records,
  tlsa: records,
  match: key(z.enum(["exact", "contains"]).optional(), {
    ja: "exact は過不足なく一致、contains は書いた値が含まれていればよい。省くと txt だけ contains、ほかは exact",
    en: "exact: these and no others; contains: these among others. Left out: contains for txt, exact for the rest",
  }),
  rcode: key(z.enum(["noerror", "nxdomain", "servfail", "refused"]).default("noerror"), {
    ja: "期待する応答コード。名前が無いことを確かめるなら nxdomain",
    en: "the response code expected; nxdomain makes sure that the name does not exist",
  }),
  authoritative: key(z.boolean().default(false), {
    ja: "権威を持つサーバの答え(aa)であること",
    en: "the answer must be authoritative (aa)",
  }),
  dnssec: key(z.boolean().default(false), {
    ja: "DNSSEC で検証済みの答え(ad)であること",
    en: "the answer must be validated by DNSSEC (ad)",
  }),
});
export type DnsExpectation = z.output<typeof DnsExpectation>;

/** The types whose values are written, in the order of the keys. */
export function typesExpected(expect: DnsExpectation): readonly AskedType[] {
  return expectedKeys.filter((name) => expect[name] !== undefined).map((name) => expectedTypes[name]);
}

interface Answered {
  readonly name: string;
  readonly type: AskedType;
  readonly values: readonly string[];
}

/** Whether the values of one type are the ones written; null when they are, or nothing is written. */
export function valuesStop({ name, type, values }: Answered, expect: DnsExpectation): Stop | null {
  const written = expectedKeys.find((one) => expectedTypes[one] === type);
  const wanted = written === undefined ? [] : many(expect[written]);
  if (wanted.length === 0) return null;
  const match = expect.match ?? (type === "TXT" ? "contains" : "exact");
  const missing = wanted.filter((one) => !values.some((value) => same(type, one, value)));
  const extra = match === "contains" ? [] : values.filter((value) => !wanted.some((one) => same(type, one, value)));
  if (missing.length === 0 && extra.length === 0) return null;
  const told = `${type} ${name}: ${values.slice(0, 10).join(", ")}; expected ${wanted.slice(0, 10).join(", ")}`;
  return stop("content", "answer-differs", told).error;
}

function same(type: AskedType, wanted: string, value: string): boolean {
  if (type === "TXT") return wanted.replace(/^"(.*)"$/s, "$1") === value;
  const [left, right] = [plain(wanted), plain(value)];
  if (type === "MX" && !/^\d+ /.test(left)) return left === right.replace(/^\d+ /, "");
  return left === right;
}

/** One spelling of names, addresses and spaces. */
function plain(text: string): string {
  const written = text
    .trim()
    .toLowerCase()
    .replace(/\s+/g, " ")
    .replace(/(?<=[^ .])\.(?= |$)/g, "");
  return ipaddr.isValid(written) && written.includes(":") ? ipaddr.parse(written).toString() : written;
}
