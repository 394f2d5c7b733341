import type { ServerHostKeyAlgorithm } from "ssh2";
import { z } from "zod";
import { runAttempt, stop, type Attempt, type Step, type Stop } from "../../clients/attempt.ts";
import { connectTo } from "../../clients/connect.ts";
import { resolveHost } from "../../clients/resolve.ts";
import { exchangeKeys, hearVersion, hostKeyFamilies, type ShownKey } from "../../clients/ssh-hello.ts";
import { durationField, fingerprintField, key } from "../../kernel/fields.ts";
import { defineProbe } from "../../kernel/model/probe.ts";
import { hostOrPortField, urlHostPort, writeHostPort } from "../probe-fields.ts";

const sshPort = 22;

const schema = z.strictObject({
  ssh: key(hostOrPortField(sshPort), {
    ja: "対象のサーバ(ポートを省くと 22)",
    en: "the server; port 22 when left out",
  }),
  host_key: key(fingerprintField().optional(), {
    ja: "ホスト鍵の指紋(ssh-keygen -lf の出力)。変わったら異常",
    en: "fingerprint of its host key, as `ssh-keygen -lf` prints it; another one is a fault",
  }),
  expect: key(
    z
      .strictObject({
        banner: key(z.string().min(1).optional(), { ja: "挨拶に含まれるべき言葉", en: "text in the greeting" }),
      })
      .prefault({}),
    { ja: "正しいと言える条件", en: "what must be met" },
  ),
  within: key(durationField().optional(), { ja: "これより遅ければ注意", en: "slower than this is a warning" }),
});
type Spec = z.output<typeof schema>;

/** Whether an SSH server greets, exchanges keys, and is the one it was; nobody logs in. */
export const ssh = defineProbe({
  kind: "ssh",
  summary: { ja: "SSH サーバの応答とホスト鍵", en: "an SSH server and its host key" },
  schema,
  urlSchemes: ["ssh"],
  fromUrl: (url) => ({ ssh: urlHostPort(url) }),
  target: (spec) => writeHostPort(spec.ssh),
  hosts: (spec) => [spec.ssh.host.toLowerCase()],
  run: (spec, context) => runAttempt(context, (attempt) => look(attempt, spec)),
});

async function look(attempt: Attempt, spec: Spec): Promise<Stop | null> {
  const resolved = await resolveHost(attempt, spec.ssh.host);
  if (!resolved.ok) return resolved.error;
  const first = await shake(attempt, { ...spec.ssh, addresses: resolved.value }, hostKeyFamilies.flat());
  if (!first.ok) return first.error;
  const tookMs = attempt.elapsedMs();
  note(attempt, first.value);
  const { expect, host_key: pinned, within = Infinity } = spec;
  const banner = String(attempt.facts["banner"]);
  if (!banner.includes(expect.banner ?? "")) return stop("content", "banner-differs", banner).error;
  const differs = await keyStop(attempt, { ...spec.ssh, addresses: resolved.value }, { first: first.value, pinned });
  if (differs !== null) return differs;
  if (tookMs <= within) return null;
  const text = `took ${Math.round(tookMs)} ms, expected within ${within} ms`;
  return { outcome: "degraded", layer: "application", code: "slow", text };
}

interface Place {
  readonly addresses: readonly string[];
  readonly port: number;
}

/** One connection: the greeting, and the host key of the first of `algorithms` the server has. */
async function shake(
  attempt: Attempt,
  { addresses, port }: Place,
  algorithms: readonly ServerHostKeyAlgorithm[],
): Promise<Step<ShownKey>> {
  const connected = await connectTo(attempt, { addresses, port });
  if (!connected.ok) return connected;
  const version = await hearVersion(attempt, connected.value);
  if (!version.ok) return version;
  return exchangeKeys(attempt, connected.value, algorithms);
}

interface Pinned {
  readonly first: ShownKey;
  readonly pinned: string | undefined;
}

/** A server shows one of its keys; the pinned one may be another kind, so that each kind is asked for before it counts as changed. */
async function keyStop(attempt: Attempt, place: Place, { first, pinned }: Pinned): Promise<Stop | null> {
  if (pinned === undefined || isSame(first, pinned)) return null;
  const seen = [first];
  for (const family of hostKeyFamilies) {
    if (family.some((algorithm) => algorithm === first.algorithm)) continue;
    const other = await shake(attempt, place, family);
    if (other.ok) seen.push(other.value);
    else if (other.error.outcome === "unknown" || other.error.code === "timeout") return other.error;
    if (other.ok && isSame(other.value, pinned)) {
      note(attempt, other.value);
      return null;
    }
  }
  const shown = seen.map((one) => `${one.fingerprint} (${one.algorithm})`).join(", ");
  return stop("protocol", "host-key-differs", `the server shows ${shown}; expected ${pinned}`).error;
}

function isSame({ fingerprint }: ShownKey, pinned: string): boolean {
  return fingerprint === pinned.replace(/=+$/, "");
}

function note(attempt: Attempt, { fingerprint, algorithm, keyExchange }: ShownKey): void {
  attempt.facts["hostKey"] = fingerprint;
  attempt.facts["hostKeyAlgorithm"] = algorithm;
  attempt.facts["keyExchange"] = keyExchange;
}
