import type { MissingReason } from "../../kernel/model/diagnosis.ts";
import { codeOf, hasConnected, isSlow, reading, unseen, type Tried } from "./attempts.ts";
import { evidence, type Reading } from "./evidence.ts";

/** Greeting of POP3, IMAP or SMTP, and the login of the test account where a check has one. */
export const vpMail = evidence({
  id: "vp.mail",
  bundle: "net",
  title: { ja: "メール接続", en: "mail connection" },
  states: ["ok", "slow", "authfail", "tempfail", "refused", "timeout"],
  stateWords: {
    ok: { ja: "接続とログインができます", en: "connects and logs in" },
    slow: { ja: "応答がふだんより遅くなっています", en: "answers more slowly than usual" },
    authfail: { ja: "ログインが拒否されます", en: "the login is refused" },
    tempfail: { ja: "一時的なエラーで断られます", en: "turned away with a temporary error" },
    refused: { ja: "接続が拒否されます", en: "the connection is refused" },
    timeout: { ja: "応答がありません", en: "no answer" },
  },
  leak: [0.02, 0.005, 0.01, 0.003, 0.005],
  group: "reach",
  timeoutSeconds: 8,
  risk: 0,
  unit: "ms",

  read(tried: Tried): Reading | MissingReason {
    const { result, usual } = tried;
    const why = unseen(result);
    if (why !== null) return why;
    const { totalMs } = result.timings;
    if (result.outcome !== "down") {
      const slow = codeOf(result) === "slow" || isSlow(totalMs, usual.totalP95Ms, noticeableMs);
      return reading(tried, slow ? "slow" : "ok", { value: totalMs, facts: { usualMs: usual.totalP95Ms } });
    }
    return reading(tried, failure(result), { value: totalMs });
  },
});

const noticeableMs = 1_000;

function failure(result: Tried["result"]): string {
  const code = codeOf(result);
  if (code === "login-refused") return "authfail";
  if (code === "login-unavailable" || isTemporary(result)) return "tempfail";
  if (code === "refused" || (!hasConnected(result) && (code === "closed" || code === "reset"))) return "refused";
  // it speaks, and says no
  return code === "status" ? "tempfail" : code === "closed" ? "refused" : "timeout";
}

/** SMTP's own `4xx`, IMAP's `[UNAVAILABLE]`, POP3's `[SYS/TEMP]`. Source: RFC 5321 §4.2.1, RFC 5530, RFC 3206. */
function isTemporary({ error }: Tried["result"]): boolean {
  return /^4\d\d[ -]|\[UNAVAILABLE\]|\[SYS\/TEMP\]|\[IN-USE\]/i.test(error?.text ?? "");
}
