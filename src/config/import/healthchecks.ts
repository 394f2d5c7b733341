import { KoboshiError } from "../../kernel/errors.ts";
import { err, ok, type Result } from "../../kernel/result.ts";
import { seconds } from "./checks.ts";
import type { Importer, ImportSource } from "./importer.ts";
import type { Move, Values } from "./move.ts";
import { isMap, listOf, oneLine, textOf } from "./text.ts";

export const healthchecks: Importer = {
  product: "healthchecks",
  name: { ja: "Healthchecks", en: "Healthchecks" },
  file: {
    ja: "GET /api/v3/checks/ の応答(JSON)",
    en: "what GET /api/v3/checks/ answers (JSON)",
  },
  mostBytes: 200_000_000,
  read,
};

function read({ name, bytes }: ImportSource, move: Move): Result<null, KoboshiError> {
  const wrong = (why: string): Result<null, KoboshiError> =>
    err(new KoboshiError("KB1302", { file: name, wanted: "GET /api/v3/checks/", why }));
  let answer: unknown;
  try {
    answer = JSON.parse(bytes.toString());
  } catch {
    return wrong("JSON");
  }
  const checks = isMap(answer) ? answer["checks"] : answer;
  if (!Array.isArray(checks)) return wrong("checks");
  for (const check of listOf(checks).filter(isMap)) moveCheck(check, move);
  return ok(null);
}

function moveCheck(check: Values, move: Move): void {
  const name = textOf(check["name"]) || textOf(check["slug"]) || "job";
  const what = `check «${name}»`;
  if (check["status"] === "paused") return move.left(what, "paused");
  if (!move.hasRoom()) return move.left(what, "many");
  const grace = seconds(check["grace"]);
  const rhythm = rhythmOf(check);
  const slug = textOf(check["slug"]);
  const key = move.job({
    name: slug === "" ? name : slug,
    comments: commentsOf(check),
    value: {
      ...(slug === "" || slug === name ? {} : { name: oneLine(name, 100) }),
      ...rhythm,
      ...(grace === null ? {} : { grace }),
    },
  });
  if (Object.keys(rhythm).length === 0) move.left(what, "schedule", textOf(check["schedule"]));
  for (const setting of settingsLeft(check)) move.left(what, "setting", setting);
  return move.left(what, "address", key);
}

function commentsOf({ desc, tags }: Values): readonly string[] {
  return [textOf(desc), textOf(tags) === "" ? "" : `tags: ${textOf(tags)}`];
}

/** What decides which calls count: with us every call does. */
function settingsLeft(check: Values): readonly string[] {
  const names = ["success_kw", "failure_kw", "start_kw", "subject", "subject_fail"];
  const filters = names.filter((name) => textOf(check[name]) !== "");
  return textOf(check["methods"]) === "POST" ? ["methods: POST", ...filters] : filters;
}

/** At a distance, or by crontab or systemd calendar, which our `at` reads too. */
function rhythmOf(check: Values): Values {
  const schedule = oneLine(textOf(check["schedule"]), 200);
  const zone = textOf(check["tz"]);
  if (schedule !== "" && !textOf(check["schedule"]).includes("\n"))
    return { at: schedule, ...(zone === "" || zone === "UTC" ? { timezone: "UTC" } : { timezone: zone }) };
  const every = seconds(check["timeout"]);
  return every === null || schedule !== "" ? {} : { every };
}
