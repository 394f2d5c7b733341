import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import fastify from "fastify";
import { deskRoutes } from "../../src/api/routes/vantages.ts";
import { createSystemClock } from "../../src/app/clock.ts";
import { createDiagnosisSources, type DiagnosisSourcesDeps } from "../../src/app/diagnosis-sources.ts";
import { formatFindings, loadConfig, openSecrets, thisMachine } from "../../src/config/index.ts";
import { gatherers } from "../../src/diagnose/gather/index.ts";
import { together, type Gathered } from "../../src/diagnose/gather/gatherer.ts";
import { situationOf, type Situation } from "../../src/diagnose/gather/situation.ts";
import { createDetector } from "../../src/detect/index.ts";
import { siteGraph } from "../../src/kernel/graph.ts";
import type { CheckStatus } from "../../src/kernel/model/status.ts";
import { createHereVantage, createVantageDesk } from "../../src/observe/index.ts";
import type { ComponentId } from "../../src/kernel/model/component.ts";
import type { BundleId, Seen } from "../../src/kernel/model/diagnosis.ts";
import type { Observation } from "../../src/kernel/model/observation.ts";
import type { Site } from "../../src/kernel/model/site.ts";
import type { DiagnosisSources } from "../../src/kernel/ports-diagnosis-sources.ts";
import { openLedger } from "../../src/storage/ledger/open.ts";
import type { Ledger } from "../../src/storage/ledger/ledger.ts";
import { openTelemetry } from "../../src/storage/telemetry/open.ts";
import { until } from "./hub-process.ts";
import { noFeeds } from "./no-feeds.ts";
import { noHardware } from "./no-hardware.ts";
import { noPaths } from "./no-paths.ts";
import { programWords } from "./program.ts";

/** The looking half of a real hub in this process, with its ledger and measurements on disk, and a real vantage elsewhere. */
export interface DiagnosisBench {
  readonly folder: string;
  checks(): readonly CheckStatus[];
  probeNow(checkIds: readonly string[]): void;
  readonly ledger: Ledger;
  readonly sources: DiagnosisSources;
  /** Resolves when every check has been read from every vantage. */
  settled(): Promise<void>;
  situation(subject: ComponentId, startedAtMs?: number): Situation;
  /** everything one bundle gives, as the diagnosis would ask */
  gather(bundle: BundleId, situation: Situation): Promise<Gathered & { readonly tookMs: number }>;
  startVantage(name: string): ChildProcess;
  close(): Promise<void>;
}

export interface DiagnosisBenchOptions {
  /** the configuration; `@FOLDER@` stands for the bench's folder, in which `NAME.token` lies for each vantage named */
  readonly config: string;
  readonly vantages?: readonly string[];
  readonly senses?: Partial<DiagnosisSourcesDeps["senses"]>;
  readonly folder?: string;
}

const noJobs = { jobs: () => [] };

export async function openDiagnosisBench(options: DiagnosisBenchOptions): Promise<DiagnosisBench> {
  const folder = options.folder ?? fs.mkdtempSync(path.join(os.tmpdir(), "koboshi-diagnosis-"));
  const clock = createSystemClock();
  const log = { debug() {}, info() {}, warn() {}, error() {} };
  for (const name of options.vantages ?? [])
    fs.writeFileSync(path.join(folder, `${name}.token`), `token-of-${name}-4711\n`, { mode: 0o600 });
  const site = siteOf(folder, options.config.replaceAll("@FOLDER@", folder));
  const ledger = await openLedger({ folder: path.join(folder, "ledger"), clock, log });
  const keep = { observationsMs: 86_400_000, metricsMs: 86_400_000, logsMs: 86_400_000 };
  const telemetry = await openTelemetry({ folder: path.join(folder, "ledger"), clock, log, retention: () => keep });
  const detector = createDetector({ site, graph: siteGraph(site), clock, log, openSignals: [] });
  const observed = (observation: Observation): void => {
    detector.take(observation);
    telemetry.append.observation(observation);
  };
  const here = createHereVantage({ clock, log, site: () => site, report: observed });
  const desk = await createVantageDesk({
    ledger,
    clock,
    log,
    site: () => site,
    onIntake: ({ fresh }) => fresh.forEach(observed),
  });
  const checks = (): readonly CheckStatus[] => detector.checks();
  const probeNow = (ids: readonly string[]): void => {
    here.probeNow(ids);
    desk.probeNow(ids);
  };
  const server = fastify();
  deskRoutes(server, { desk, site: () => site });
  const url = await server.listen({ host: "127.0.0.1", port: 0 });
  here.use(site);
  here.start();
  const ticking = setInterval(() => void detector.tick(), 1_000);
  const sources = createDiagnosisSources({
    clock,
    ledger,
    telemetry,
    site: () => site,
    checks,
    here,
    desk,
    probeNow,
    senses: {
      feeds: { ...noFeeds, readNow: async () => undefined },
      hardware: noHardware,
      paths: noPaths,
      heartbeats: noJobs,
      ...options.senses,
    },
  });
  const asked = gatherers(sources);
  const children: ChildProcess[] = [];

  return {
    folder,
    checks,
    probeNow,
    ledger,
    sources,
    async settled() {
      await until("every check read from everywhere", async () => {
        const cells = checks().flatMap((check) => check.cells);
        return cells.length > 0 && cells.every(({ last }) => last !== null);
      });
    },
    situation: (subject, startedAtMs = clock.nowMs()) =>
      situationOf({ subject, startedAtMs, nowMs: clock.nowMs(), site, cells: checks() }),
    async gather(bundle, situation) {
      const beganMs = clock.monotonicMs();
      const signal = new AbortController().signal;
      const parts = asked
        .filter((one) => one.bundle === bundle)
        .flatMap((one) => one.offers(situation).map((offer) => one.gather(offer, situation, signal)));
      const gathered = together(await Promise.all(parts));
      return { ...gathered, tookMs: clock.monotonicMs() - beganMs };
    },
    startVantage(name) {
      const own = path.join(folder, name);
      fs.mkdirSync(own, { recursive: true });
      const given = { hubUrl: url, tokenFile: path.join(folder, `${name}.token`), folder: own, allow: ["127.0.0.0/8"] };
      const child = spawn(
        process.execPath,
        [...programWords("test/doubles/vantage-process.ts"), JSON.stringify({ ...given, wallAheadMs: 0 })],
        { stdio: "ignore" },
      );
      children.push(child);
      return child;
    },
    async close() {
      for (const child of children) await ended(child);
      clearInterval(ticking);
      await here.stop();
      server.server.closeAllConnections();
      await server.close();
      await telemetry.close();
      await ledger.close();
      fs.rmSync(folder, { recursive: true, force: true });
    },
  };
}

function siteOf(folder: string, config: string): Site {
  const file = path.join(folder, "koboshi.yml");
  fs.writeFileSync(file, config, { mode: 0o600 });
  const machine = { ...thisMachine(), hasSendmail: true };
  const outcome = loadConfig(file, { machine });
  const { plan } = outcome;
  if (plan === null) throw new Error(formatFindings(outcome, { lang: "en", color: false }));
  const opened = openSecrets(plan, machine);
  if (!opened.ok) throw new Error(JSON.stringify(opened.error));
  return opened.value;
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exit = once(child, "exit");
  child.kill("SIGKILL");
  await exit;
}

/** `vp.http service:web here` → state, past ones with a `-` before them */
export function statesOf({ seen }: { readonly seen: readonly Seen[] }, evidence?: string): Record<string, string> {
  return Object.fromEntries(
    seen
      .filter((one) => evidence === undefined || one.evidence === evidence)
      .map(({ evidence: id, target, vantage, state, past }) => [
        `${id} ${target}${vantage === null ? "" : ` ${vantage}`}`,
        past ? `-${state}` : state,
      ]),
  );
}
