import { isIP } from "node:net";
import { domainToASCII } from "node:url";
import { z } from "zod";
import { blind, runAttempt, stop, type Attempt, type Stop } from "../../clients/attempt.ts";
import { hostOf } from "../../clients/http-visit.ts";
import { printable } from "../../clients/printable.ts";
import { askRegistry, type Registration } from "../../clients/rdap.ts";
import { registryOf } from "../../clients/rdap-servers.ts";
import { durationField, key, urlField } from "../../kernel/fields.ts";
import { defineProbe } from "../../kernel/model/probe.ts";
import { refuse, urlHost } from "../probe-fields.ts";

const dayMs = 86_400_000;

/** `example.jp`, also in its own script; kept as the registry knows it. */
function domainField(): z.ZodType<string, string> {
  return z
    .string()
    .transform((text, context): string => {
      const domain = domainToASCII(text.trim().replace(/\.$/, "")).toLowerCase();
      if (isIP(domain) === 0 && /^(?:[a-z0-9_-]{1,63}\.)+[a-z][a-z0-9-]{0,62}$/.test(domain)) return domain;
      return refuse(context, text, { finding: "bad-address", form: "example.jp" });
    })
    .meta({ unit: "address" });
}

const schema = z.strictObject({
  domain: key(domainField(), {
    ja: "ドメイン名(登録した名前。www は付けません)",
    en: "the domain, as registered: without www",
  }),
  warn: key(durationField().prefault("30d"), {
    ja: "期限のどれだけ前に知らせるか",
    en: "how long before its end to tell",
  }),
  server: key(urlField(["https", "http", "whois"]).optional(), {
    ja: "問い合わせ先(RDAP の URL か whois://ホスト)。省くと登録機関を末尾から選びます",
    en: "whom to ask: an RDAP URL or whois://host; the registry of its ending when left out",
  }),
});
type Spec = z.output<typeof schema>;

/** Until when a domain is registered, and whether its registry keeps it in use. */
export const domain = defineProbe({
  kind: "domain",
  summary: { ja: "ドメインの期限", en: "a domain's expiry" },
  schema,
  urlSchemes: ["domain"],
  fromUrl: (url) => ({ domain: urlHost(url) }),
  target: (spec) => spec.domain,
  addressedBy: [],
  hosts: ({ domain: name, server }) => (server === undefined ? [name] : [name, hostOf(new URL(server))]),
  // registries change once a day and shut out who asks more often
  defaults: { everyMs: dayMs, timeoutMs: 20_000 },
  run: (spec, context) => runAttempt(context, (attempt) => look(attempt, spec)),
});

async function look(attempt: Attempt, { domain: name, warn, server: written }: Spec): Promise<Stop | null> {
  const server = written === undefined ? registryOf(name) : new URL(written);
  if (server === null) {
    const ending = name.slice(name.lastIndexOf("."));
    return blind("application", "no-rdap", `no registry is known that tells the end of ${ending} domains`).error;
  }
  attempt.facts["registry"] = server.host;
  const answer = await askRegistry(attempt, { server, domain: name });
  if (!answer.ok) return answer.error;
  if (answer.value === null) return stop("application", "domain-not-registered", `${name} is not registered`).error;
  note(attempt, answer.value);
  return stateStop(answer.value) ?? expiryStop(attempt, answer.value, warn);
}

function note(attempt: Attempt, { expiresAtMs, states, registrar }: Registration): void {
  const { facts } = attempt;
  facts["states"] = states.slice(0, 20).map(printable);
  facts["registrar"] = registrar === null ? null : printable(registrar);
  facts["expiresAtMs"] = expiresAtMs;
  if (expiresAtMs !== null) facts["daysLeft"] = Math.floor((expiresAtMs - attempt.clock.nowMs()) / dayMs);
}

/** Source: ICANN, «EPP Status Codes»; JPRS, «WHOIS». */
const badStates: readonly (readonly [RegExp, Stop["outcome"], string])[] = [
  [/^(?:pending delete|redemption period|pending restore|deleted)/, "down", "domain-deleting"],
  [/^(?:client hold|server hold|suspended)/, "down", "domain-on-hold"],
  [/^(?:to be suspended|inactive)/, "degraded", "domain-on-hold-soon"],
];

function stateStop({ states }: Registration): Stop | null {
  for (const [pattern, outcome, code] of badStates) {
    const state = states.find((one) => pattern.test(one));
    if (state !== undefined) return { outcome, layer: "application", code, text: `the registry says: ${state}` };
  }
  return null;
}

function expiryStop(attempt: Attempt, { expiresAtMs, states }: Registration, warnMs: number): Stop | null {
  if (expiresAtMs === null) {
    return blind("application", "no-expiry", `the registry does not say until when; it says: ${states.join(", ")}`)
      .error;
  }
  const leftMs = expiresAtMs - attempt.clock.nowMs();
  const days = Math.floor(leftMs / dayMs);
  if (leftMs < 0) return stop("application", "domain-expired", `the registration ended ${-days} days ago`).error;
  if (leftMs >= warnMs) return null;
  const text = `the registration ends in ${days} days`;
  return { outcome: "degraded", layer: "application", code: "domain-expiring", text };
}
