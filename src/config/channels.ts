import { isIP } from "node:net";
import { UnopenedSecret, secretReference } from "../kernel/secret.ts";
import type { ChannelSpec } from "../kernel/model/site.ts";
import { activeChannelKinds, channelKinds, type ChannelKind } from "../respond/index.ts";
import { inBoth, type ConfigWords } from "../words/config.ts";
import type { Draft, Path } from "./finding.ts";
import type { Machine } from "./machine.ts";
import type { RootConfig } from "./schema.ts";

type ChannelConfig = RootConfig["notify"]["channels"][string];
type Say = (words: ConfigWords) => string;

/** The keys a channel of each kind uses beside `kind`, and the one it cannot do without. */
const keysOf: Readonly<Record<ChannelKind, { uses: readonly (keyof ChannelConfig)[]; needs: keyof ChannelConfig | null }>> = {
  mail: { uses: ["smtp", "user", "password", "from"], needs: null },
  webhook: { uses: ["webhook", "secret"], needs: "webhook" },
  slack: { uses: ["webhook"], needs: "webhook" },
  call: { uses: ["provider", "account", "from", "token"], needs: "provider" },
  sms: { uses: ["provider", "account", "from", "token"], needs: "provider" },
};

const examples: Readonly<Record<ChannelKind, string>> = {
  mail: "mail: { smtp: smtps://relay.example.net:465 }",
  webhook: 'hook: { webhook: "${env:HOOK_URL}" }',
  slack: 'slack: { webhook: "${env:SLACK_URL}" }',
  call: "call: { provider: twilio }",
  sms: "sms: { provider: twilio }",
};

/** A channel's kind: said, else its name when that is a kind, else by its key. */
export function channelKind(name: string, channel: ChannelConfig): ChannelKind | null {
  if (channel.kind !== undefined) return channel.kind;
  const named = channelKinds.find((kind) => kind === name);
  if (named !== undefined) return named;
  if (channel.smtp !== undefined) return "mail";
  return channel.webhook === undefined ? null : "webhook";
}

export interface Channels {
  readonly channels: ReadonlyMap<string, ChannelSpec>;
  /** channels of kinds this version has no sender for */
  readonly notActive: readonly string[];
  readonly drafts: readonly Draft[];
}

export function compileChannels(config: RootConfig, machine: Machine): Channels {
  const channels = new Map<string, ChannelSpec>();
  const notActive: string[] = [];
  const drafts: Draft[] = [];
  for (const [name, channel] of Object.entries(config.notify.channels)) {
    const kind = channelKind(name, channel);
    drafts.push(...checkChannel(name, channel, kind));
    if (kind === null) continue;
    if (!activeChannelKinds.includes(kind)) notActive.push(name);
    else if (kind === "mail") channels.set(name, mailChannel(name, channel, { config, machine, drafts }));
    else if (channel.webhook !== undefined) {
      channels.set(name, { kind: "webhook", key: name, url: channel.webhook, secret: channel.secret ?? null });
    }
  }
  const hasMail = Object.entries(config.notify.channels).some(([name, channel]) => channelKind(name, channel) === "mail");
  if (!hasMail && machine.hasSendmail) {
    const name = Object.hasOwn(config.notify.channels, "mail") ? "sendmail" : "mail";
    channels.set(name, mailChannel(name, {}, { config, machine, drafts }));
  }
  return { channels, notActive, drafts };
}

function checkChannel(name: string, channel: ChannelConfig, kind: ChannelKind | null): Draft[] {
  const at = ["notify", "channels", name];
  if (kind === null) return [error("channel-kind", at, "key", [(w) => w.channelKind(name), (w) => w.channelKindHint])];
  const { uses, needs } = keysOf[kind];
  const stray = Object.keys(channel)
    .filter((key) => key !== "kind" && !uses.some((used) => used === key))
    .map((key) => error("channel-stray", [...at, key], "key", [(w) => w.channelStray(key, kind), (w) => w.channelStrayHint]));
  const lacks = needs !== null && channel[needs] === undefined;
  const missing = error("channel-needs", at, "key", [
    (w) => w.channelNeeds(name, needs ?? ""),
    (w) => w.channelNeedsHint(examples[kind]),
  ]);
  return [...stray, ...(lacks ? [missing] : []), ...checkWebhookUrl(channel, at)];
}

function checkWebhookUrl({ webhook }: ChannelConfig, at: Path): Draft[] {
  const written = webhook instanceof UnopenedSecret ? webhook.written() : "";
  const fine = webhook === undefined || secretReference(written) !== null || /^https?:\/\/[^\s/]+/i.test(written);
  if (fine) return [];
  return [error("bad-url", [...at, "webhook"], "value", [(w) => w.webhookUrl, (w) => w.webhookUrlHint])];
}

// the code, the place and the half of the pair, then the message and its hint
function error(code: string, path: Path, ...[part, [say, hint]]: ["key" | "value", readonly [Say, Say]]): Draft {
  return { severity: "error", code, path, part, message: inBoth(say), hint: inBoth(hint) };
}

interface MailContext {
  readonly config: RootConfig;
  readonly machine: Machine;
  readonly drafts: Draft[];
}

function mailChannel(name: string, channel: ChannelConfig, context: MailContext): ChannelSpec {
  const url = channel.smtp === undefined ? null : new URL(channel.smtp);
  const implicit = url?.protocol === "smtps:";
  const password = url === null || url.password === "" ? null : new UnopenedSecret(decodeURIComponent(url.password));
  return {
    kind: "mail",
    key: name,
    smtp:
      url === null
        ? null
        : {
            host: url.hostname.replace(/^\[|\]$/g, ""),
            port: url.port === "" ? (implicit ? 465 : 25) : Number(url.port),
            tls: implicit ? "implicit" : "starttls-if-offered",
          },
    user: channel.user ?? (url === null || url.username === "" ? null : decodeURIComponent(url.username)),
    password: channel.password ?? password,
    from: channel.from ?? defaultSender(name, context),
  };
}

/** `koboshi@` + the host of site.url; an address there names no sender. Without site.url, this machine's name. */
function defaultSender(name: string, { config, machine, drafts }: MailContext): string {
  const host = config.site.url === undefined ? machine.hostName : new URL(config.site.url).hostname.replace(/^\[|\]$/g, "");
  if (host === "localhost") return `koboshi@${machine.hostName}`;
  if (isIP(host) === 0) return `koboshi@${host}`;
  const written = Object.hasOwn(config.notify.channels, name);
  const at = written ? ["notify", "channels", name] : ["site", "url"];
  drafts.push(error("from-missing", at, "key", [(w) => w.fromMissing, (w) => w.fromMissingHint]));
  return `koboshi@${machine.hostName}`;
}
