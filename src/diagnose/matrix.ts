import { hasAnswered } from "../kernel/answer.ts";
import { servicesOn, type Graph } from "../kernel/graph.ts";
import { componentId, kindOf, nameOf, type ComponentId } from "../kernel/model/component.ts";
import type { Layer, ProbeError } from "../kernel/model/observation.ts";
import type { Signal } from "../kernel/model/signal.ts";
import type { Site, VantageSpec } from "../kernel/model/site.ts";
import type { CellStatus, CheckStatus } from "../kernel/model/status.ts";

export interface ScopeInput {
  readonly graph: Graph;
  readonly site: Site;
  /** every check as every vantage sees it */
  readonly cells: readonly CheckStatus[];
  /** what the incident is about */
  readonly subject: ComponentId;
  /** the incident's open signals */
  readonly signals: readonly Signal[];
  /** vantages whose own way out was tried just now and works, by name */
  readonly lineChecked?: ReadonlySet<string>;
}

/** Where an attempt stopped. */
export interface Stopped {
  readonly vantage: string;
  readonly layer: Layer | null;
  readonly error: ProbeError | null;
}

/** Vantage × target, summed up per vantage for the checks that show the fault. */
export interface Matrix {
  readonly failingFrom: readonly string[];
  readonly workingFrom: readonly string[];
  readonly stops: readonly Stopped[];
}

/** The subject's own checks tell; those of what it affects only when it has none that fail. */
export function matrixOf(input: ScopeInput): Matrix {
  const failingIds = new Set(input.signals.flatMap((signal) => signal.checkId ?? []));
  const shown = input.cells.filter((check) => failingIds.has(check.id));
  const own = shown.filter((check) => isHeldBy(input.graph, check.service, input.subject));
  const checks = own.length > 0 ? own : shown;
  const cells = checks.flatMap((check) => check.cells);
  const seen = vantagesWhere(cells, isFailing);
  // while quick attempts confirm a recovery the cells may all be fine already: then the signals are the memory
  const failing = seen.size > 0 ? seen : new Set(input.signals.flatMap((signal) => signal.failingFrom));
  const working = vantagesWhere(cells, isWorking);
  const order = orderOf(input.site, [...failing, ...working]);
  const stops = cells.filter(isFailing).map(stopOf);
  return {
    failingFrom: order.filter((name) => failing.has(name)),
    workingFrom: order.filter((name) => working.has(name) && !failing.has(name)),
    stops: stops.length > 0 ? stops : input.signals.map(({ layer, error }) => ({ vantage: "", layer, error })),
  };
}

function isHeldBy(graph: Graph, service: string, subject: ComponentId): boolean {
  const id = componentId("service", service);
  return id === subject || (kindOf(subject) !== "service" && graph.dependsOn(id, subject));
}

function isFailing({ state }: CellStatus): boolean {
  return state === "down" || state === "warning";
}

function isWorking({ state }: CellStatus): boolean {
  return state === "ok";
}

function vantagesWhere(cells: readonly CellStatus[], test: (cell: CellStatus) => boolean): ReadonlySet<string> {
  return new Set(cells.filter(test).map((cell) => cell.vantage));
}

function stopOf({ vantage, last }: CellStatus): Stopped {
  return { vantage, layer: last?.layer ?? null, error: last?.error ?? null };
}

/** In the order of the file, then any that the file no longer names. */
function orderOf(site: Site, names: readonly string[]): readonly string[] {
  return [...new Set([...[...site.vantages.keys()].filter((name) => names.includes(name)), ...names])];
}

/** Hosts other than the subject's that this vantage sees working, and those it sees failing. */
export function controlsOf(
  { site, cells, subject, graph }: ScopeInput,
  vantage: string,
): { readonly working: readonly string[]; readonly failing: readonly string[] } {
  const own = new Set(ownHosts(graph, subject));
  const hosts = new Map<string, boolean>();
  for (const check of cells) {
    const host = site.services.get(check.service)?.on ?? check.service;
    const cell = check.cells.find((each) => each.vantage === vantage);
    if (own.has(host) || cell === undefined || !(isWorking(cell) || cell.state === "warning" || isFailing(cell)))
      continue;
    hosts.set(host, hosts.get(host) === true || cell.state !== "down");
  }
  const names = [...hosts.keys()];
  return {
    working: names.filter((name) => hosts.get(name) === true),
    failing: names.filter((name) => !hosts.get(name)),
  };
}

/** Names of the hosts a component is or runs on; a service without a host stands for itself. */
function ownHosts(graph: Graph, subject: ComponentId): readonly string[] {
  if (kindOf(subject) === "host") return [nameOf(subject)];
  if (kindOf(subject) === "service") return [hostOf(graph, subject) ?? nameOf(subject)];
  return graph
    .dependents(subject)
    .filter((id) => kindOf(id) === "host")
    .map(nameOf);
}

export function hostOf(graph: Graph, service: ComponentId): string | null {
  const host = graph.needs(service).find((id) => kindOf(id) === "host");
  return host === undefined ? null : nameOf(host);
}

/** Watched services that run on a host, by whether one of their checks is confirmed down. */
export function servicesOf(
  { graph, cells }: Pick<ScopeInput, "graph" | "cells">,
  container: ComponentId,
): { readonly down: readonly string[]; readonly up: readonly string[] } {
  const held = new Set(
    servicesOn(graph, container)
      .filter((id) => isOn(graph, id, container))
      .map(nameOf),
  );
  const states = new Map<string, boolean>();
  for (const { service, state } of cells) {
    if (!held.has(service) || state === "unknown" || state === "paused") continue;
    states.set(service, states.get(service) === true || state === "down");
  }
  const names = [...states.keys()];
  return { down: names.filter((name) => states.get(name)), up: names.filter((name) => states.get(name) === false) };
}

function isOn(graph: Graph, service: ComponentId, container: ComponentId): boolean {
  const host = hostOf(graph, service);
  if (host === null) return false;
  const id = componentId("host", host);
  return id === container || graph.dependsOn(id, container);
}

export function vantageOf(site: Site, name: string): Pick<VantageSpec, "lan" | "isp"> {
  return site.vantages.get(name) ?? { lan: null, isp: null };
}

export function someoneAnswered({ stops }: Matrix): boolean {
  return stops.some(hasAnswered);
}
