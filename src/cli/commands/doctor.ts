import fs from "node:fs";
import path from "node:path";
import { errorText } from "../../kernel/errors.ts";
import { UnopenedSecret } from "../../kernel/secret.ts";
import type { ChannelSpec, Site } from "../../kernel/model/site.ts";
import type { StateWord } from "../../kernel/model/status.ts";
import { loadConfig, openSecrets, thisMachine } from "../../config/index.ts";
import { doctorWords } from "../../words/doctor.ts";
import { duration } from "../../words/format.ts";
import { readTarget } from "../check-targets.ts";
import { readSite } from "../local-site.ts";
import type { Answer, Command, Context } from "../command.ts";
import type { StatusAnswer } from "../incident-text.ts";

type State = Extract<StateWord, "ok" | "warning" | "down">;
interface Item {
  readonly id: string;
  readonly state: State;
  readonly text: string;
}

const lowBytes = 200e6;
const reachLimitMs = 5_000;

export const doctor: Command = {
  name: "doctor",
  summary: {
    ja: "koboshi 自身の点検(設定・空き・連絡手段・動作)",
    en: "check koboshi itself: configuration, space, channels, the hub",
  },
  usage: "",
  examples: ["koboshi doctor", "koboshi doctor --json", "koboshi doctor --config /etc/koboshi/koboshi.yml"],
  async run(context): Promise<Answer> {
    const { lang, terminal, configPath } = context;
    const say = doctorWords(lang);
    const loaded = fs.existsSync(configPath) ? loadConfig(configPath) : null;
    const site = readSite(configPath);
    const items: Item[] = [
      { id: "node", state: "ok", text: say.node(process.versions.node) },
      ...configItems(context, loaded),
      ...(site === null ? [] : [folderItem(context, site.hub.dataFolder)]),
      await hubItem(context, site),
      ...(site === null ? [] : await channelItems(context, site)),
      pingItem(context),
    ];
    const worst = items.some(({ state }) => state === "down")
      ? 1
      : items.some(({ state }) => state === "warning")
        ? 3
        : 0;
    return {
      exit: worst,
      json: { ok: worst === 0, items },
      text: items.map(({ state, text }) => `${terminal.paint(terminal.glyph(state), state)} ${text}`).join("\n"),
      plain: items.map(({ id, state, text }) => [state, id, text].join("\t")),
      quiet: items.filter(({ state }) => state !== "ok").map(({ id }) => id),
    };
  },
};

function configItems({ lang, configPath }: Context, loaded: ReturnType<typeof loadConfig> | null): readonly Item[] {
  const say = doctorWords(lang);
  if (loaded === null) return [{ id: "config", state: "warning", text: say.configNone(configPath) }];
  const errors = loaded.findings.filter(({ severity }) => severity === "error").length;
  if (loaded.plan === null || errors > 0) {
    return [{ id: "config", state: "down", text: say.configBad(configPath, Math.max(1, errors)) }];
  }
  const opened = openSecrets(loaded.plan, thisMachine());
  const secrets: Item = opened.ok
    ? { id: "secrets", state: "ok", text: say.secretsOk }
    : { id: "secrets", state: "down", text: say.secretsBad(opened.error[0]?.message[lang] ?? "") };
  return [{ id: "config", state: "ok", text: say.configOk(configPath) }, secrets];
}

function folderItem({ lang }: Context, folder: string): Item {
  const say = doctorWords(lang);
  const existing = nearestExisting(folder);
  try {
    fs.accessSync(existing, fs.constants.W_OK);
    const { bavail, bsize } = fs.statfsSync(existing);
    const freeBytes = bavail * bsize;
    const free = `${(freeBytes / 1e9).toFixed(1)} GB`;
    return freeBytes < lowBytes
      ? { id: "data", state: "warning", text: say.folderLow(folder, free) }
      : { id: "data", state: "ok", text: say.folderOk(folder, free) };
  } catch (thrown) {
    return { id: "data", state: "down", text: say.folderBad(folder, errorText(thrown)) };
  }
}

function nearestExisting(folder: string): string {
  return fs.existsSync(folder) || path.dirname(folder) === folder ? folder : nearestExisting(path.dirname(folder));
}

async function hubItem({ hub, lang }: Context, site: Site | null): Promise<Item> {
  const say = doctorWords(lang);
  const client = hub();
  const url = await client.url();
  try {
    const status = await client.get<StatusAnswer>("/api/v1/status");
    if (site !== null && site.hash !== status.configHash) return { id: "hub", state: "warning", text: say.hubOld };
    const pulse = duration(status.pulseAgeSeconds * 1000, lang);
    return status.pulseAgeSeconds > 30
      ? { id: "hub", state: "down", text: say.hubFailing(url) }
      : { id: "hub", state: "ok", text: say.hubOk(url, pulse) };
  } catch {
    return { id: "hub", state: "warning", text: say.hubNone(url) };
  }
}

async function channelItems(context: Context, site: Pick<Site, "notify">): Promise<readonly Item[]> {
  const channels = [...site.notify.channels.values()];
  if (channels.length === 0) return [{ id: "channels", state: "down", text: doctorWords(context.lang).channelNone }];
  return Promise.all(channels.map((channel) => channelItem(context, channel)));
}

/** A relay is greeted, a webhook's port is opened; neither is asked to send anything. */
async function channelItem(context: Context, channel: ChannelSpec): Promise<Item> {
  const say = doctorWords(context.lang);
  const id = `channel:${channel.key}`;
  const target = reachable(channel);
  if (target === null) return { id, state: "ok", text: say.sendmail(channel.key) };
  if (target === "") return { id, state: "down", text: say.channelBad(channel.key, "•••", "KB1103") };
  const [shot] = readTarget(target, null);
  if (shot === undefined) return { id, state: "down", text: say.channelBad(channel.key, target, "KB1001") };
  const { outcome, error } = await shot.probe.run(shot.spec, {
    clock: context.clock,
    signal: context.signal,
    timeoutMs: reachLimitMs,
    trustedHosts: new Set(shot.probe.hosts(shot.spec)),
  });
  return outcome === "up"
    ? { id, state: "ok", text: say.channelOk(channel.key, target) }
    : { id, state: "down", text: say.channelBad(channel.key, target, error?.code ?? outcome) };
}

/** @returns null for this machine's own sendmail, `""` while the address is a secret that cannot be opened */
function reachable(channel: ChannelSpec): string | null {
  if (channel.kind === "mail") return channel.smtp === null ? null : `tcp://${channel.smtp.host}:${channel.smtp.port}`;
  if (channel.url instanceof UnopenedSecret) return "";
  const url = new URL(channel.url.reveal());
  return `tcp://${url.hostname}:${url.port || (url.protocol === "https:" ? 443 : 80)}`;
}

function pingItem({ lang }: Context): Item {
  const say = doctorWords(lang);
  const found = (process.env["PATH"] ?? "")
    .split(path.delimiter)
    .some((folder) => fs.existsSync(path.join(folder, "ping")));
  return found ? { id: "ping", state: "ok", text: say.pingOk } : { id: "ping", state: "warning", text: say.pingNone };
}
