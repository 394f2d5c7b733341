import type { Clock } from "../../kernel/clock.ts";
import type { HardwareReading } from "../../kernel/model/hardware.ts";
import type { HostHardware } from "../../kernel/model/site.ts";
import type { ControllerCertificate } from "../../kernel/ports-hardware.ts";
import { openRedfish, type RedfishFailure, type RedfishSession } from "../../clients/redfish.ts";
import { readRedfish, type RedfishResource } from "../../readers/hardware/redfish.ts";
import { failed, type Looked, type Looker } from "./looked.ts";
import { walkRedfish } from "./redfish-walk.ts";

type RedfishSpec = Extract<NonNullable<HostHardware["bmc"]>, { kind: "redfish" }>;
type Shown = ReturnType<RedfishSession["certificate"]>;

/** Asks a controller over Redfish; between whole walks only what moves is read again. */
export function redfishLooker(clock: Clock, { url, user, password }: RedfishSpec): Looker {
  /** what the last whole walk found and the quick ones do not ask for */
  let slow: readonly RedfishResource[] = [];
  let slowUnobserved: HardwareReading["unobserved"] = {};

  return {
    source: "redfish",
    address: new URL(url).host,
    async look({ isWhole, record }) {
      const kept = record.certificate;
      const opened = await openRedfish(clock, { url, user, password, kept });
      if (!opened.ok) return failure(opened.error, certificateOf(opened.error.certificate, kept));
      const session = opened.value;
      const walk = await walkRedfish(session, { isWhole });
      await session.close();
      const certificate = certificateOf(session.certificate(), kept);
      if (walk.refused !== null) return failure(walk.refused, certificate);
      if (isWhole) {
        slow = walk.resources;
        slowUnobserved = walk.unobserved;
      }
      const paths = new Set(walk.resources.map(({ path }) => path));
      const resources = [...walk.resources, ...slow.filter(({ path }) => !paths.has(path))];
      const reading = readRedfish(resources, {
        takenAtMs: clock.nowMs(),
        unobserved: { ...slowUnobserved, ...walk.unobserved },
      });
      return { state: "ok", reason: null, reading, certificate, learnt: {}, vitals: null };
    },
  };
}

function certificateOf(shown: Shown, kept: string | null): ControllerCertificate | null {
  if (shown === null) return null;
  const { fingerprint, byAuthority } = shown;
  if (byAuthority) return { fingerprint, trust: "authority", kept: null };
  const trust = kept === null || kept === fingerprint ? "kept" : "changed";
  return { fingerprint, trust, kept: kept ?? fingerprint };
}

const states: Readonly<Partial<Record<RedfishFailure["reason"], Looked["state"]>>> = {
  unreachable: "silent",
  "too-slow": "silent",
  busy: "silent",
  refused: "refused",
  certificate: "certificate",
};

function failure({ reason, text }: RedfishFailure, certificate: ControllerCertificate | null): Looked {
  return failed(states[reason] ?? "broken", text, { certificate });
}
