import { KoboshiError } from "../../kernel/errors.ts";
import { writeDuration } from "../../kernel/units.ts";
import { readSite } from "../local-site.ts";
import type { Command } from "../command.ts";

export const configShow: Command = {
  name: "config show",
  summary: {
    ja: "設定を、既定値を補った形で表示する(秘密の値は出しません)",
    en: "the configuration with its defaults filled in, without secrets",
  },
  usage: "[FILE]",
  examples: ["koboshi config show", "koboshi config show /etc/koboshi/koboshi.yml", "koboshi config show --json"],
  run({ args, configPath }) {
    const file = args[0] ?? configPath;
    const site = readSite(file);
    if (site === null) throw new KoboshiError("KB1101", { what: file });
    const checks = site.checks.map(({ id, kind, target, everyMs, timeoutMs, attempts, vantages }) => {
      const [every, timeout] = [writeDuration(everyMs), writeDuration(timeoutMs)];
      return { id, kind, target, every, timeout, attempts, vantages };
    });
    const channels = [...site.notify.channels.values()].map(({ key, kind }) => ({ key, kind }));
    const json = {
      hash: site.hash,
      site: { name: site.name, lang: site.lang, timeZone: site.timeZone, url: site.url },
      hub: site.hub,
      people: [...site.people.values()].map(({ key, name, mail, lang }) => ({ key, name, mail, lang })),
      services: [...site.services.values()],
      hosts: [...site.hosts.values()].map(({ key, at, address }) => ({ key, at, address })),
      checks,
      channels,
      escalate: Object.fromEntries(site.notify.escalate),
      notActive: site.notActive,
    };
    return Promise.resolve({
      exit: 0,
      json,
      text: JSON.stringify(json, null, 2),
      plain: checks.map(({ id, target, every }) => [id, target, every].join("\t")),
      quiet: checks.map(({ id }) => id),
    });
  },
};
