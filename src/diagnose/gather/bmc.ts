import { stampNow } from "../../kernel/clock.ts";
import { componentId, nameOf, type ComponentId } from "../../kernel/model/component.ts";
import type { DiagnosisSources } from "../../kernel/ports-diagnosis-sources.ts";
import type { HardwareStatus } from "../../kernel/ports-hardware.ts";
import { bmCon } from "../evidence/bm-con.ts";
import { bmHealth } from "../evidence/bm-health.ts";
import { bmPower } from "../evidence/bm-power.ts";
import { bmReach } from "../evidence/bm-reach.ts";
import { bmSel } from "../evidence/bm-sel.ts";
import { answeringOf, driveTrouble } from "../evidence/hardware.ts";
import { hsSmart } from "../evidence/hs-smart.ts";
import { together, type Gathered, type Gatherer } from "./gatherer.ts";
import { noted, orAborted } from "./noted.ts";
import { nearest, type Situation } from "./situation.ts";

const mostHosts = 4;
/** Controllers write an hour's worth of trouble before the machine falls. */
const logMs = 3_600_000;

/** What the machines' own controllers say, one offer for each; they are only read. */
export function createHardwareGatherer(sources: DiagnosisSources): Gatherer {
  return {
    id: "bmc",
    bundle: "bmc",
    offers: (situation) =>
      nearest(situation, "host", mostHosts)
        .filter((host) => sources.hardwareOf(host) !== null)
        .map((host) => {
          const target = componentId("host", host);
          const told = [bmReach, bmPower, bmHealth, bmSel];
          const tells = told.map(({ id }) => ({ evidence: id, target, vantage: null }));
          return { bundle: "bmc", target, tells, expectedSeconds: 4 };
        }),
    gather: (offer, situation, signal) =>
      offer.target === null
        ? Promise.resolve({ seen: [], missing: [] })
        : look(sources, { target: offer.target, situation, signal }),
  };
}

interface Look {
  readonly target: ComponentId;
  readonly situation: Situation;
  readonly signal: AbortSignal;
}

async function look(sources: DiagnosisSources, { target, situation, signal }: Look): Promise<Gathered> {
  const host = nameOf(target);
  const hardware = await orAborted(sources.lookAtHardware(host), signal, null);
  const at = stampNow(sources.clock);
  const changedAtMs = await turnedAtMs(sources, target);
  const about = { target, vantage: null, at };
  const turned = { ...about, changedAtMs };
  if (hardware === null) {
    const reason = sources.hardwareOf(host) === null ? "not-configured" : "timeout";
    return together(
      [bmReach, bmPower, bmHealth, bmSel, bmCon].map(({ id }) => noted({ ...about, evidence: id }, reason)),
    );
  }
  const fromMs = situation.startedAtMs - logMs;
  return together([
    noted({ ...about, evidence: bmReach.id }, bmReach.read(hardware)),
    noted({ ...about, evidence: bmPower.id }, bmPower.read(hardware)),
    noted({ ...turned, evidence: bmHealth.id }, bmHealth.read(hardware)),
    noted({ ...turned, evidence: bmSel.id }, bmSel.read({ hardware, fromMs })),
    noted({ ...about, evidence: bmCon.id }, bmCon.read({ hardware, fromMs })),
    ...drivesOf(hardware, turned),
  ]);
}

/** Since when its hardware is told of as not well; null: it is not, or nobody noticed when it began. */
async function turnedAtMs({ openSignals }: DiagnosisSources, target: ComponentId): Promise<number | null> {
  const own = (await openSignals()).filter(({ kind, subject }) => kind === "hardware" && subject === target);
  return own.length === 0 ? null : Math.min(...own.map(({ openedAt }) => openedAt.atMs));
}

/** The controller knows its drives also where the system cannot ask them. */
function drivesOf(hardware: HardwareStatus, about: Omit<Parameters<typeof noted>[0], "evidence">): readonly Gathered[] {
  const drives = answeringOf(hardware)?.reading?.drives ?? [];
  if (drives.length === 0) return [];
  const bad = drives.filter((drive) => driveTrouble(drive) !== null);
  const state = bad.some((drive) => driveTrouble(drive) === "failed") ? "failed" : bad.length > 0 ? "predict" : "ok";
  const detail = bad.map(({ name }) => name).join(", ");
  return [noted({ ...about, evidence: hsSmart.id }, { state, value: bad.length, facts: { detail }, raw: detail })];
}
