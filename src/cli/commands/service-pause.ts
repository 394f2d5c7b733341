import { KoboshiError } from "../../kernel/errors.ts";
import { parseDurationMs } from "../../kernel/units.ts";
import { cliServiceWords } from "../../words/cli-service.ts";
import type { Command } from "../command.ts";
import { readService, serviceKey, untilText, type PausedAnswer } from "../service-text.ts";

export const servicePause: Command = {
  name: "service pause",
  summary: { ja: "サービスの監視をしばらく止める", en: "hold a service's checks back for a while" },
  usage: "SERVICE --reason TEXT [--for 1h]",
  examples: [
    'koboshi service pause shop --reason "入れ替え作業"',
    'koboshi service pause shop --reason "replacement" --for 4h',
    'koboshi service pause shop --reason "moving" --for 2d --json',
  ],
  options: { reason: { type: "string" }, for: { type: "string" } },
  async run({ args, values, hub, lang }) {
    const say = cliServiceWords(lang);
    const client = hub();
    const key = serviceKey(args, lang);
    const { reason, for: written = "1h" } = values;
    if (typeof reason !== "string" || reason.trim() === "") {
      throw new KoboshiError("KB1001", { what: say.needsReason });
    }
    const length = parseDurationMs(String(written));
    if (!length.ok) throw new KoboshiError("KB1001", { what: say.needsFor(String(written)) });
    const service = await readService(client, key);
    const ids = service.checks.map(({ id }) => id);
    if (ids.length === 0) throw new KoboshiError("KB1002", { what: say.noChecks(service.name) });
    const body = { ids, reason, forSeconds: length.value / 1_000 };
    const { items } = await client.post<{ items: PausedAnswer[] }>("/api/v1/checks/pause", body);
    const until = items[0]?.until ?? "";
    return {
      exit: 0,
      json: { ok: true, service: key, pauses: items },
      text: say.pausedAll(service.name, items.length, untilText(until, lang)),
      quiet: items.map(({ checkId }) => checkId),
    };
  },
};
