import type { Command } from "../command.ts";
import { jobKeyOf } from "../job-text.ts";

export const jobUrl: Command = {
  name: "job url",
  summary: { ja: "定期便が呼び出す宛先を表示する", en: "the address a job calls" },
  usage: "JOB",
  examples: [
    "koboshi job url nightly-batch",
    "curl -fsS -m 10 $(koboshi job url nightly-batch -q)",
    "koboshi job url nightly-batch --json",
  ],
  async run({ args, hub, lang }) {
    const key = jobKeyOf(args, lang);
    const address = await hub().post<{ url: string; urlBySlug: string; pushUrl: string }>(
      `/api/v1/jobs/${encodeURIComponent(key)}/address?lang=${lang}`,
    );
    const { url, urlBySlug, pushUrl } = address;
    return {
      exit: 0,
      json: { key, url, urlBySlug, pushUrl },
      text: [url, urlBySlug, pushUrl].join("\n"),
      quiet: [url],
    };
  },
};
