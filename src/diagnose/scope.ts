import { componentId, kindOf, nameOf, type ComponentKind } from "../kernel/model/component.ts";
import type { Reach, ScopeId, ScopeReason, ScopeVerdict } from "../kernel/model/scope.ts";
import type { Site } from "../kernel/model/site.ts";
import {
  controlsOf,
  hostOf,
  matrixOf,
  servicesOf,
  someoneAnswered,
  vantageOf,
  type Matrix,
  type ScopeInput,
  type Stopped,
} from "./matrix.ts";

interface Judgement {
  readonly id: ScopeId;
  readonly reach: Reach;
  readonly reasons: readonly ScopeReason[];
}

const idOfKind: Partial<Record<ComponentKind, ScopeId>> = {
  service: "service",
  host: "host",
  segment: "segment",
  place: "site",
  provider: "provider",
  domain: "name",
  cert: "name",
};

/** Where the fault sits and who it reaches, from who sees it and who does not. Says why, and what it cannot tell. */
export function judgeScope(input: ScopeInput): ScopeVerdict {
  const kind = kindOf(input.subject);
  if (kind === "vantage") return blindVantage(input);
  if (kind === "channel")
    return verdict(noMatrix, { id: "monitor", reach: "nobody", reasons: [reason("own-notices")] });
  const matrix = matrixOf(input);
  if (matrix.failingFrom.length === 0) return verdict(matrix, { id: "none", reach: "nobody", reasons: [] });
  const seen = matrix.workingFrom.length > 0 ? seenBySome(input, matrix) : seenByAll(input, matrix);
  return verdict(matrix, seen);
}

const noMatrix: Matrix = { failingFrom: [], workingFrom: [], stops: [] };

function reason(code: string, facts: ScopeReason["facts"] = {}): ScopeReason {
  return { code, facts };
}

function verdict({ failingFrom, workingFrom }: Matrix, { id, reach, reasons }: Judgement): ScopeVerdict {
  return { id, reach, failingFrom, workingFrom, reasons };
}

function blindVantage({ subject }: ScopeInput): ScopeVerdict {
  const vantage = nameOf(subject);
  const matrix = { ...noMatrix, failingFrom: [vantage] };
  return verdict(matrix, { id: "monitor", reach: "nobody", reasons: [reason("vantage-blind", { vantage })] });
}

/** Nobody who can look sees it working. */
function seenByAll(input: ScopeInput, matrix: Matrix): Judgement {
  const sits = whereItSits(input, matrix);
  const names = matrix.failingFrom;
  if (stillServes(input)) return { ...sits, reach: "nobody" };
  if (takeDifferentWays(input.site, names)) {
    return { ...sits, reach: "everyone", reasons: [reason("all-vantages-fail", { vantages: names }), ...sits.reasons] };
  }
  const alone = reason(names.length === 1 ? "one-vantage-only" : "same-line-only", { vantages: names });
  const cleared = clearedLine(input, matrix);
  return cleared === null
    ? { ...sits, reach: "some-paths", reasons: [alone, reason("own-line-not-excluded"), ...sits.reasons] }
    : { ...sits, reach: "everyone", reasons: [alone, cleared, ...sits.reasons] };
}

/** Slower than written, a certificate that ends soon: everything still works. */
function stillServes({ signals }: ScopeInput): boolean {
  return signals.length > 0 && signals.every(({ kind }) => kind === "degraded");
}

/** Two vantages on one line are one witness; a line the file does not name is nobody else's. */
function takeDifferentWays(site: Site, names: readonly string[]): boolean {
  const ways = names.map((name) => vantageOf(site, name));
  return ways.some(({ lan, isp }, index) =>
    ways.slice(index + 1).some((other) => !(lan !== null && lan === other.lan) && !(isp !== null && isp === other.isp)),
  );
}

/** What speaks against a fault of the vantage's own line; null: nothing does. */
function clearedLine(input: ScopeInput, matrix: Matrix): ScopeReason | null {
  if (someoneAnswered(matrix)) return reason("target-answered");
  if (matrix.stops.some(({ error }) => error?.code === "name-not-found")) return reason("name-server-answered");
  if (matrix.failingFrom.some((name) => input.lineChecked?.has(name) === true)) return reason("own-line-checked");
  const hosts = [...new Set(matrix.failingFrom.flatMap((name) => controlsOf(input, name).working))];
  return hosts.length > 0 ? reason("controls-fine", { hosts }) : null;
}

function whereItSits(input: ScopeInput, matrix: Matrix): Omit<Judgement, "reach"> {
  const name = nameFault(matrix.stops);
  if (name !== null) return { id: "name", reasons: [name] };
  const kind = kindOf(input.subject);
  if (kind !== "service") return { id: idOfKind[kind] ?? "service", reasons: [wholeReason(input)] };
  return { ...onItsHost(input, matrix) };
}

/** The name does not lead there, or its certificate does not hold: nothing else was looked at, so nothing else is said. */
function nameFault(stops: readonly Stopped[]): ScopeReason | null {
  if (stops.length === 0) return null;
  if (stops.every(({ layer }) => layer === "dns")) return reason("name-does-not-resolve");
  if (stops.every(({ error }) => error?.code.startsWith("certificate-") === true)) return reason("certificate");
  return null;
}

function wholeReason(input: ScopeInput): ScopeReason {
  const { down } = servicesOf(input, input.subject);
  return reason("whole-down", { component: input.subject, services: down });
}

/** One service is down: the others on its machine, or its own answer, tell whether the machine stands. */
function onItsHost(input: ScopeInput, matrix: Matrix): Omit<Judgement, "reach"> {
  const host = hostOf(input.graph, input.subject);
  if (host === null) return { id: "service", reasons: [] };
  const { down, up } = servicesOf(input, componentId("host", host));
  if (up.length > 0) return { id: "service", reasons: [reason("neighbour-up", { host, services: up })] };
  if (someoneAnswered(matrix)) return { id: "service", reasons: [reason("host-answers", { host })] };
  if (down.length > 1)
    return { id: "host", reasons: [reason("whole-down", { component: `host:${host}`, services: down })] };
  return { id: "host", reasons: [reason("host-silent", { host })] };
}

/** Some see it working: then it is the way there, unless the target itself answers some of them wrongly. */
function seenBySome(input: ScopeInput, matrix: Matrix): Judgement {
  const { failingFrom, workingFrom } = matrix;
  const facts = { vantages: failingFrom, working: workingFrom };
  const [only] = failingFrom;
  if (failingFrom.length === 1 && only !== undefined) return seenByOne(input, matrix, only);
  const lan = shared(input.site, "lan", matrix);
  if (lan !== null)
    return { id: "local-lan", reach: "one-lan", reasons: [reason("same-lan-fails", { ...facts, lan })] };
  const isp = shared(input.site, "isp", matrix);
  if (isp !== null) return { id: "path", reach: "some-paths", reasons: [reason("same-isp-fails", { ...facts, isp })] };
  const sits = someoneAnswered(matrix) ? whereItSits(input, matrix) : { id: "path" as const, reasons: [] };
  return { ...sits, reach: "some-paths", reasons: [reason("some-vantages-fail", facts), ...sits.reasons] };
}

function seenByOne(input: ScopeInput, matrix: Matrix, vantage: string): Judgement {
  const { lan } = vantageOf(input.site, vantage);
  const { working, failing } = controlsOf(input, vantage);
  const alone = reason("only-vantage-fails", { vantage, working: matrix.workingFrom });
  if (lan !== null && matrix.workingFrom.some((name) => vantageOf(input.site, name).lan === lan)) {
    return { id: "only-me", reach: "one-client", reasons: [alone, reason("same-lan-works", { vantage, lan })] };
  }
  if (failing.length > 0 && working.length === 0) {
    return {
      id: "local-lan",
      reach: "one-lan",
      reasons: [alone, reason("controls-fail", { vantage, hosts: failing })],
    };
  }
  const controls = working.length > 0 ? [reason("controls-fine", { hosts: working })] : [];
  return { id: "path", reach: "some-paths", reasons: [alone, ...controls] };
}

/** The lan or line that all who fail share and nobody who succeeds does. */
function shared(site: Site, way: "lan" | "isp", { failingFrom, workingFrom }: Matrix): string | null {
  const [first, ...others] = failingFrom.map((name) => vantageOf(site, name)[way]);
  if (first === undefined || first === null || others.some((other) => other !== first)) return null;
  return workingFrom.some((name) => vantageOf(site, name)[way] === first) ? null : first;
}
