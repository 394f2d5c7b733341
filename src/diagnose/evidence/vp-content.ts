import type { MissingReason } from "../../kernel/model/diagnosis.ts";
import { codeOf, numberIn, reading, unseen, type Tried } from "./attempts.ts";
import { evidence, type Reading } from "./evidence.ts";

/** What the check asks the page to hold. Default: an installation page or nothing; alien: somebody else's page. */
export const vpContent = evidence({
  id: "vp.content",
  bundle: "net",
  title: { ja: "本文の目印", en: "marks in the page" },
  states: ["ok", "changed", "default", "alien"],
  stateWords: {
    ok: { ja: "期待した内容です", en: "the page is as expected" },
    changed: { ja: "期待した内容と異なります", en: "the page is not as expected" },
    default: { ja: "初期ページまたは空のページです", en: "a default or empty page" },
    alien: { ja: "見覚えのない内容に置き換わっています", en: "somebody else's page" },
  },
  leak: [0.02, 0.001, 0.001],
  group: null,
  timeoutSeconds: 10,
  risk: 0,
  unit: "ratio",

  /** @param tried.looksDefault the page carries the words of a freshly installed server; null: not looked at */
  read(tried: Tried & { readonly looksDefault: boolean | null }): Reading | MissingReason {
    const { result, looksDefault } = tried;
    const why = unseen(result);
    if (why !== null) return why;
    if (result.outcome === "down" && result.layer !== "content") return "unreachable";
    const bodyBytes = numberIn(result, "bodyBytes");
    const isNew = changedBy(tried) > alienTimes;
    const facts = { bodyBytes, usualBytes: tried.usual.bodyBytes };
    if (bodyBytes === 0 || (looksDefault === true && (isNew || result.layer === "content")))
      return reading(tried, "default", { facts });
    if (result.layer === "content")
      return reading(tried, isNew || isOtherServer(tried) ? "alien" : "changed", { facts });
    // without marks of its own nothing says what the page should be
    return result.facts["charset"] === undefined ? "not-configured" : reading(tried, "ok", { facts });
  },
});

/** Somebody else's page is hardly ever about as long. */
const alienTimes = 1.5;

/** How many times longer or shorter the page is than it usually was; 1 when that is not known. */
function changedBy({ result, usual }: Tried): number {
  const bytes = numberIn(result, "bodyBytes");
  if (bytes === null || usual.bodyBytes === null || usual.bodyBytes === 0) return 1;
  return bytes === 0 ? Infinity : Math.max(bytes / usual.bodyBytes, usual.bodyBytes / bytes);
}

function isOtherServer({ result, usual }: Tried): boolean {
  const server = result.facts["server"];
  return usual.server !== null && typeof server === "string" && server !== usual.server && codeOf(result) !== "";
}
