import type { MissingReason } from "../../kernel/model/diagnosis.ts";
import { evidence, type Reading } from "./evidence.ts";
import { reasonOf, told, type HostInside } from "./inside.ts";

/** Connecting, logging in and running `true`. */
export const hsSsh = evidence({
  id: "hs.ssh",
  bundle: "ssh",
  title: { ja: "SSH", en: "SSH" },
  states: ["ok", "slow", "authfail", "refused", "timeout"],
  stateWords: {
    ok: { ja: "ログインできます", en: "logs in" },
    slow: { ja: "ログインに時間がかかります", en: "logs in slowly" },
    authfail: { ja: "認証に失敗します", en: "the login is refused" },
    refused: { ja: "接続が拒否されます", en: "the connection is refused" },
    timeout: { ja: "応答がありません", en: "no answer" },
  },
  leak: [0.02, 0.005, 0.003, 0.005],
  group: "reach",
  timeoutSeconds: 5,
  risk: 1,
  unit: "ms",

  /**
   * A machine whose key changed or is not confirmed was not logged in to by us, so nothing is said of it. Slow: over three
   * times the usual and over three seconds.
   */
  read({ answers, usual }: Pick<HostInside, "answers" | "usual">): Reading | MissingReason {
    const { silence, firstWordMs } = answers;
    if (silence === null) {
      if (firstWordMs === null) return "timeout";
      const isSlow = firstWordMs > slowMs && firstWordMs > slowTimes * (usual?.firstWordMs ?? 0);
      return told(isSlow ? "slow" : "ok", Math.round(firstWordMs), { usualMs: usual?.firstWordMs ?? null });
    }
    const state = states[silence];
    return state === undefined ? reasonOf(silence) : told(state, null, { detail: silence, raw: silence });
  },
});

const slowMs = 3_000;
const slowTimes = 3;
const states: Readonly<Record<string, string>> = {
  "auth-refused": "authfail",
  refused: "refused",
  unreachable: "timeout",
  timeout: "timeout",
  closed: "timeout",
};
