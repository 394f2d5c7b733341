import type { MissingReason } from "../../kernel/model/diagnosis.ts";
import { addressIn, codeOf, reading, unseen, type Tried } from "./attempts.ts";
import { evidence, type Reading } from "./evidence.ts";

/** The name as the vantage's resolver gives it. Stale: another address than the one expected. */
export const vpDnsr = evidence({
  id: "vp.dnsr",
  bundle: "dns",
  title: { ja: "再帰 DNS", en: "resolver" },
  states: ["ok", "stale", "nx", "servfail", "timeout"],
  stateWords: {
    ok: { ja: "名前を引けます", en: "resolves" },
    stale: { ja: "期待と異なる値を返します", en: "gives another value than expected" },
    nx: { ja: "名前が存在しないと答えます", en: "says the name does not exist" },
    servfail: { ja: "失敗を返します", en: "answers with a failure" },
    timeout: { ja: "応答がありません", en: "no answer" },
  },
  leak: [0.01, 0.001, 0.003, 0.01],
  group: "dns",
  isExact: true,
  timeoutSeconds: 3,
  risk: 0,
  unit: "ms",

  /** @param tried any attempt that had to resolve the name first, or asked the resolver for it */
  read(tried: Tried): Reading | MissingReason {
    const { result, usual } = tried;
    const why = unseen(result);
    if (why !== null) return why;
    const value = result.timings.dnsMs ?? null;
    if (result.layer === "dns" && result.outcome === "down") {
      return reading(tried, states[codeOf(result)] ?? "servfail", { value });
    }
    if (tried.kind === "dns") return reading(tried, codeOf(result) === "answer-differs" ? "stale" : "ok", { value });
    const address = addressIn(result);
    if (address === null) return "unreachable";
    const isNew =
      usual.addresses.length > 0 && usual.addresses.length <= fewAddresses && !usual.addresses.includes(address);
    return {
      ...reading(tried, isNew ? "stale" : "ok", { value, facts: { address, usualAddresses: usual.addresses } }),
      raw: "",
    };
  },
});

const states: Readonly<Record<string, string>> = { "name-not-found": "nx", "no-record": "nx", timeout: "timeout" };
/** A name that leads to many addresses takes turns: another one of them is nothing new. */
const fewAddresses = 3;
