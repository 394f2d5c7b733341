import { isIP } from "node:net";
import { UnopenedSecret, secretReference } from "../kernel/secret.ts";
import type { ChannelSpec } from "../kernel/model/site.ts";
import { activeChannelKinds, channelKinds, type ChannelKind } from "../respond/index.ts";
import { draft, type Draft, type Path, type Sentence } from "./finding.ts";
import type { Machine } from "./machine.ts";
import type { RootConfig } from "./schema.ts";
import { bareHost, decoded } from "./url.ts";

type ChannelConfig = RootConfig["notify"]["channels"][string];

/** The keys a channel of each kind uses beside `kind`, and the one it cannot do without. */
const keysOf: Readonly<
  Record<ChannelKind, { uses: readonly (keyof ChannelConfig)[]; needs: keyof ChannelConfig | null }>
> = {
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
function channelKind(name: string, channel: ChannelConfig): ChannelKind | null {
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
  const hasMail = Object.entries(config.notify.channels).some(
    ([name, channel]) => channelKind(name, channel) === "mail",
  );
  if (!hasMail && machine.hasSendmail) {
    const name = Object.hasOwn(config.notify.channels, "mail") ? "sendmail" : "mail";
    channels.set(name, mailChannel(name, {}, { config, machine, drafts }));
  }
  return { channels, notActive, drafts };
}

function checkChannel(name: string, channel: ChannelConfig, kind: ChannelKind | null): Draft[] {
  const path = ["notify", "channels", name];
  if (kind === null) {
    const say: Sentence = (w) => w.channelKind(name);
    return [draft({ code: "channel-kind", path, part: "key", say, hint: (w) => w.channelKindHint })];
  }
  const { uses, needs } = keysOf[kind];
  const stray = Object.keys(channel)
    .filter((key) => key !== "kind" && !uses.some((used) => used === key))
    .map((key) => strayKey([...path, key], kind));
  return [
    ...stray,
    ...(needs === null || channel[needs] !== undefined ? [] : [lacking(path, kind, needs)]),
    ...checkWebhookUrl(channel, path),
  ];
}

function strayKey(path: Path, kind: ChannelKind): Draft {
  const say: Sentence = (w) => w.channelStray(String(path.at(-1)), kind);
  return draft({ code: "channel-stray", path, part: "key", say, hint: (w) => w.channelStrayHint });
}

function lacking(path: Path, kind: ChannelKind, needed: string): Draft {
  const say: Sentence = (w) => w.channelNeeds(String(path.at(-1)), needed);
  return draft({ code: "channel-needs", path, part: "key", say, hint: (w) => w.channelNeedsHint(examples[kind]) });
}

function checkWebhookUrl({ webhook }: ChannelConfig, at: Path): Draft[] {
  const written = webhook instanceof UnopenedSecret ? webhook.written() : "";
  const fine = webhook === undefined || secretReference(written) !== null || /^https?:\/\/[^\s/]+/i.test(written);
  const path = [...at, "webhook"];
  return fine ? [] : [draft({ code: "bad-url", path, say: (w) => w.webhookUrl, hint: (w) => w.webhookUrlHint })];
}

interface MailContext {
  readonly config: RootConfig;
  readonly machine: Machine;
  readonly drafts: Draft[];
}

function mailChannel(key: string, channel: ChannelConfig, context: MailContext): ChannelSpec {
  const url = channel.smtp === undefined ? null : new URL(channel.smtp);
  return {
    kind: "mail",
    key,
    smtp: url === null ? null : relayOf(url),
    user: channel.user ?? decoded(url?.username),
    password: channel.password ?? passwordOf(url),
    from: channel.from ?? defaultSender(key, context),
  };
}

/** The ports of RFC 8314 and RFC 5321 when the URL names none. */
function relayOf(url: URL): NonNullable<Extract<ChannelSpec, { kind: "mail" }>["smtp"]> {
  const implicit = url.protocol === "smtps:";
  const usual = implicit ? 465 : 25;
  return {
    host: bareHost(url),
    port: url.port === "" ? usual : Number(url.port),
    tls: implicit ? "implicit" : "starttls-if-offered",
  };
}

function passwordOf(url: URL | null): UnopenedSecret | null {
  const password = decoded(url?.password);
  return password === null ? null : new UnopenedSecret(password);
}

/** `koboshi@` + the host of site.url; an address there names no sender. Without site.url, this machine's name. */
function defaultSender(name: string, { config, machine, drafts }: MailContext): string {
  const host = config.site.url === undefined ? machine.hostName : bareHost(new URL(config.site.url));
  if (host === "localhost") return `koboshi@${machine.hostName}`;
  if (isIP(host) === 0) return `koboshi@${host}`;
  const written = Object.hasOwn(config.notify.channels, name);
  const at = written ? ["notify", "channels", name] : ["site", "url"];
  drafts.push(
    draft({ code: "from-missing", path: at, part: "key", say: (w) => w.fromMissing, hint: (w) => w.fromMissingHint }),
  );
  return `koboshi@${machine.hostName}`;
}
