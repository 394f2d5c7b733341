import type { MissingReason } from "../../kernel/model/diagnosis.ts";
import { codeOf, hasConnected, numberIn, reading, unseen, type Tried } from "./attempts.ts";
import { evidence, type Reading } from "./evidence.ts";

/** Handshake and chain. Soon: fewer than 14 days are left; bad: name or chain; the value is the days left. */
export const vpTls = evidence({
  id: "vp.tls",
  bundle: "net",
  title: { ja: "TLS 証明書", en: "TLS certificate" },
  states: ["ok", "soon", "silent", "bad", "expired", "fail"],
  stateWords: {
    ok: { ja: "有効です", en: "valid" },
    soon: { ja: "まもなく期限が切れます", en: "expires soon" },
    silent: { ja: "接続は受け付けますが、TLS の応答がありません", en: "takes the connection and says nothing" },
    bad: { ja: "名前または中間証明書に誤りがあります", en: "wrong name or chain" },
    expired: { ja: "期限が切れています", en: "has expired" },
    fail: { ja: "TLS の接続が成立しません", en: "the handshake fails" },
  },
  leak: [0.02, 0.005, 0.002, 0.001, 0.003],
  group: null,
  isExact: true,
  timeoutSeconds: 5,
  risk: 0,
  unit: "days",

  read(tried: Tried): Reading | MissingReason {
    const { result } = tried;
    const why = unseen(result);
    if (why !== null) return why;
    const daysLeft = numberIn(result, "certificateDaysLeft");
    if (result.layer === "tls" && result.outcome === "down") {
      if (silences.has(codeOf(result))) return reading(tried, "silent");
      const state = states[codeOf(result)] ?? (codeOf(result).startsWith("certificate-") ? "bad" : "fail");
      return reading(tried, state, { value: daysLeft, facts: certificateFacts(tried) });
    }
    if (!hasConnected(result)) return "unreachable";
    if (daysLeft === null) return "not-configured";
    return reading(tried, daysLeft < soonDays ? "soon" : "ok", { value: daysLeft, facts: certificateFacts(tried) });
  },
});

/** A server that says nothing, or hangs up, has not spoken of its certificate: it has no time, or is no more. */
const silences: ReadonlySet<string> = new Set(["timeout", "reset", "closed"]);
const states: Readonly<Record<string, string>> = { "certificate-expired": "expired" };
const soonDays = 14;

function certificateFacts({ result: { facts } }: Tried): Reading["facts"] {
  const { certificateNames = null, certificateExpiresAtMs = null, issuer = null } = facts;
  return { certificateNames, certificateExpiresAtMs, issuer };
}
