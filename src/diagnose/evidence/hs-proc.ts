import type { MissingReason } from "../../kernel/model/diagnosis.ts";
import { evidence, type Reading } from "./evidence.ts";
import { isRecent, told, whyNot, type HostInside } from "./inside.ts";
import type { HostUnitTrouble } from "../../kernel/model/host-answers.ts";
import type { HostListener } from "../../kernel/model/host-reading.ts";

/** The unit and the processes of the service. */
export const hsProc = evidence({
  id: "hs.proc",
  bundle: "ssh",
  title: { ja: "プロセス", en: "processes" },
  states: ["run", "flap", "dead"],
  stateWords: {
    run: { ja: "動いています", en: "running" },
    flap: { ja: "再起動を繰り返しています", en: "keeps restarting" },
    dead: { ja: "動いていません", en: "not running" },
  },
  leak: [0.01, 0.003],
  group: null,
  isExact: true,
  timeoutSeconds: 8,
  risk: 1,
  unit: "state",

  /**
   * Dead: a port it listened at has no listener any more, or its unit failed. A halted process (`T`) is no dead one: it
   * holds its port, and the detail names it.
   */
  read(service: ServiceProcesses): Reading | MissingReason {
    const { inside, ports, isOfService } = service;
    const { answers } = inside;
    const now = listenersOf(inside);
    if (now === null && answers.units === null) return whyNot(answers, "procs");
    const raw = [answers.raw.units, answers.raw.procs].filter((text) => text !== undefined).join("\n");
    const isListening = now !== null && ports.some((port) => hasPort(now, port));
    const dead = deadIn(service, { now, isListening });
    if (dead.length > 0) return told("dead", null, { detail: dead.slice(0, mostNamed).join(", "), raw });
    const restarted = answers.units?.restarted ?? [];
    const flapping = restarted.filter((unit) => isOfService(unit.name) && isFlapping(unit, inside));
    if (flapping.length > 0) return told("flap", null, { detail: flapping.map(unitText).join(", "), raw });
    if (!isListening && !knowsUnit(inside, isOfService)) return "not-configured";
    const halted = (answers.procs?.held ?? []).filter((one) => one.state === "T" && isOfService(one.name));
    return told("run", null, { detail: halted.map(({ name, pid }) => `${name} (${pid}) T`).join(", "), raw });
  },
});

export interface ServiceProcesses {
  readonly inside: HostInside;
  /** that its checks speak to on this machine */
  readonly ports: readonly number[];
  /** whether a unit or program of this name is one of its */
  isOfService(name: string): boolean;
}

const mostNamed = 4;
/** Fewer restarts may be a person's. */
const fewRestarts = 2;

function listenersOf({ answers, reading }: HostInside): readonly HostListener[] | null {
  return answers.procs?.listeners ?? reading?.listeners ?? null;
}

interface Open {
  readonly now: readonly HostListener[] | null;
  readonly isListening: boolean;
}

/** What shows it: ports, and units unless another program keeps the ports open. */
function deadIn({ inside, ports, isOfService }: ServiceProcesses, { now, isListening }: Open): readonly string[] {
  const lost = now === null ? [] : portsLost(ports, { now, inside });
  const { units } = inside.answers;
  const stopped = (units?.notRunning ?? []).filter(({ name }) => ranBefore(name, inside) ?? ports.length > 0);
  const down = [...(units?.failed ?? []), ...stopped].filter(({ name }) => isOfService(name));
  if (lost.length === 0 && isListening) return [];
  return [...lost.map((port) => `:${port}`), ...down.map(unitText)];
}

const shortestName = 4;

/** What is enabled and does not run may never have: somebody installed it, and nobody uses it. Null: nothing is known of before. */
function ranBefore(unit: string, { usual }: HostInside): boolean | null {
  if (usual === null) return null;
  const own = lettersOf(unit.replace(/\.service$/, ""));
  const programs = usual.programs.map(lettersOf).filter(({ length }) => length >= shortestName);
  return programs.some((program) => program.startsWith(own) || own.startsWith(program));
}

/** `php8.2-fpm` runs a program called `php-fpm8.2` */
function lettersOf(name: string): string {
  return name.toLowerCase().replaceAll(/[^a-z]/g, "");
}

interface Doors {
  readonly now: readonly HostListener[];
  readonly inside: HostInside;
}

/** Ports with a listener while all was well, and none now. What never listened here is somebody else's door. */
function portsLost(ports: readonly number[], { now, inside }: Doors): readonly number[] {
  const before = inside.usual?.listeners ?? [];
  return ports.filter((port) => hasPort(before, port) && !hasPort(now, port));
}

function hasPort(listeners: readonly HostListener[], wanted: number): boolean {
  return listeners.some(({ protocol, port }) => protocol === "tcp" && port === wanted);
}

function isFlapping({ restarts, sinceAtMs }: HostUnitTrouble, inside: HostInside): boolean {
  return (restarts ?? 0) >= fewRestarts && (sinceAtMs === null || isRecent(sinceAtMs, inside));
}

function knowsUnit({ reading }: HostInside, isOfService: (name: string) => boolean): boolean {
  return Object.entries(reading?.units?.states ?? {}).some(
    ([name, { active }]) => active === "active" && isOfService(name),
  );
}

/** `mariadb.service signal 9` */
function unitText({ name, result, exitStatus, restarts }: HostUnitTrouble): string {
  const count = restarts === null || restarts === 0 ? "" : `×${restarts}`;
  return [name, result ?? "", exitStatus ?? "", count].filter((part) => part !== "").join(" ");
}
