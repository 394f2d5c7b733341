import type { MissingReason } from "../../kernel/model/diagnosis.ts";
import { evidence, type Reading } from "./evidence.ts";
import { isRecent, told, whyNot, type HostInside } from "./inside.ts";

/** Failed and accepted logins. Intruder: accepted from an address never seen before. */
export const hsAuth = evidence({
  id: "hs.auth",
  bundle: "log",
  title: { ja: "ログインの記録", en: "log of logins" },
  states: ["ok", "brute", "intruder"],
  stateWords: {
    ok: { ja: "不審なものはありません", en: "nothing suspicious" },
    brute: { ja: "総当たりの試行があります", en: "passwords are being tried" },
    intruder: { ja: "見覚えのない接続元からのログインがあります", en: "a login from an unknown address" },
  },
  leak: [0.2, 0.002],
  group: null,
  timeoutSeconds: 8,
  risk: 1,
  unit: "count",

  /** The record that is read is the newest part of the log; how much time it covers is not said. */
  read(inside: HostInside): Reading | MissingReason {
    const { answers, usual } = inside;
    if (answers.auth === null) return whyNot(answers, "auth");
    const known = usual?.loginsFrom ?? [];
    const { failures, failuresBy } = answers.auth;
    const guessers = new Set(failuresBy.filter(({ count }) => count >= manyGuesses).map(({ from }) => from));
    const strangers = answers.auth.accepted.filter(
      ({ atMs, from }) =>
        isRecent(atMs, inside, beforeMs) && !known.includes(from) && (known.length > 0 || guessers.has(from)),
    );
    const raw = answers.raw.auth ?? "";
    const [first] = strangers;
    if (first !== undefined) {
      return told("intruder", strangers.length, { detail: `${first.user} ${first.from}`, from: first.from, raw });
    }
    const busiest = failuresBy.toSorted((a, b) => b.count - a.count)[0];
    const isBrute = failures >= manyFailures || (busiest?.count ?? 0) >= manyFromOne;
    const by = busiest === undefined ? "" : ` ${busiest.from}`;
    return told(isBrute ? "brute" : "ok", failures, { detail: isBrute ? `×${failures}${by}` : "", raw });
  },
});

/** Somebody who came in for harm may take his time before it shows. */
const beforeMs = 50 * 60_000;
const manyFailures = 50;
/** Who came in after so many wrong passwords guessed one, also where nobody knows who usually comes. */
const manyGuesses = 5;
const manyFromOne = 20;
