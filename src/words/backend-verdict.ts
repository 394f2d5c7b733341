import type { Lang } from "../kernel/lang.ts";
import { catalogue } from "./catalogue.ts";

const verdictWords = catalogue(
  {
    slow: "裏側の処理に時間がかかっています",
    saturated: "裏側の処理枠がふさがり、新しい要求を受け付けきれていません",
    unreachable: "裏側に接続できません",
    limit: "裏側は応答を返していますが、待ち時間の上限に間に合っていません",
  },
  {
    slow: "the backend takes long",
    saturated: "the backend's workers are taken and it cannot keep up with new requests",
    unreachable: "the backend cannot be connected to",
    limit: "the backend does answer, only later than the limit allows",
  },
);

/** What to make of a web server's errors about the program behind it; empty for what is not such a verdict. */
export function backendVerdict(verdict: unknown, lang: Lang): string {
  const say = verdictWords(lang);
  return typeof verdict === "string" && Object.hasOwn(say, verdict) ? say[verdict as keyof typeof say] : "";
}
