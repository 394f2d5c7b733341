import { cliServiceWords } from "../../words/cli-service.ts";
import type { Command } from "../command.ts";
import { readService, serviceKey } from "../service-text.ts";

export const serviceResume: Command = {
  name: "service resume",
  summary: { ja: "止めたサービスの監視を再開する", en: "let a service's paused checks go on" },
  usage: "SERVICE",
  examples: ["koboshi service resume shop", "koboshi service resume shop --json", "koboshi service resume shop -q"],
  async run({ args, hub, lang }) {
    const say = cliServiceWords(lang);
    const client = hub();
    const key = serviceKey(args, lang);
    const service = await readService(client, key);
    const ids = service.pauses.map(({ checkId }) => checkId);
    if (ids.length > 0) await client.post("/api/v1/checks/resume", { ids });
    return {
      exit: 0,
      json: { ok: true, service: key, resumed: ids },
      text: ids.length === 0 ? say.nonePaused(service.name) : say.resumedAll(service.name, ids.length),
      quiet: ids,
    };
  },
};
