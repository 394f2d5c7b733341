import type { MissingReason } from "../../kernel/model/diagnosis.ts";
import type { HostProcesses } from "../../kernel/model/host-reading.ts";
import { evidence, type Reading } from "./evidence.ts";
import { groupedBy } from "../lines/rates.ts";
import { percentText, told, whyNot, type HostInside } from "./inside.ts";

/** The program that uses most, by all of its processes. Alien: a name or place that is not known here, or one that runs from a folder for temporary files. */
export const hsTop = evidence({
  id: "hs.top",
  bundle: "ssh",
  title: { ja: "突出したプロセス", en: "busiest process" },
  states: ["none", "svc", "alien"],
  stateWords: {
    none: { ja: "突出したものはありません", en: "none stands out" },
    svc: { ja: "サービスのプロセスが突出しています", en: "one of the service stands out" },
    alien: { ja: "見覚えのないプロセスが突出しています", en: "an unknown one stands out" },
  },
  leak: [0.08, 0.002],
  group: "cpu",
  timeoutSeconds: 8,
  risk: 1,
  unit: "%",

  read(inside: HostInside): Reading | MissingReason {
    const { answers, usual } = inside;
    const stranger = strangerOf(inside);
    if (stranger !== null) return stranger;
    const busiest = busiestOf(inside);
    if (busiest === null) return whyNot(answers, "procs");
    const cores = coresOf(inside);
    // a program that fills one of many processors is at work, and nobody waits for it
    if (busiest.cpuRatio < Math.max(oneCore, cores * share)) return told("none", Math.round(busiest.cpuRatio * 100));
    const exe = placeOf(inside, busiest.pid);
    const isAlien = isUnknown(busiest.name, { exe, known: usual?.programs ?? [] });
    const where = isAlien && exe !== null ? ` ${exe}` : "";
    return told(isAlien ? "alien" : "svc", Math.round(busiest.cpuRatio * 100), {
      detail: `${busiest.name} ${percentText(busiest.cpuRatio)}${where}`,
      process: busiest.name,
      user: busiest.user,
      raw: answers.raw.procs ?? "",
    });
  },
});

/** A program where nobody installs any, and that was not there while all was well; null: there is none, or nobody knows how it was. */
function strangerOf({ answers, usual }: HostInside): Reading | null {
  const stranger = answers.procs?.fromTemporary.find(({ path }) => usual?.programs.includes(path) === false);
  if (stranger === undefined) return null;
  const process = stranger.path.slice(stranger.path.lastIndexOf("/") + 1);
  return told("alien", null, { detail: stranger.path, process, raw: answers.raw.procs ?? "" });
}

const oneCore = 0.7;
const share = 0.4;
/** A machine of which fewer are known has not been watched for long. */
const fewPrograms = 8;
const hiding = /^\/(?:tmp|var\/tmp|dev\/shm|run\/user)\/|\(deleted\)$/;
const packaged = /^\/(?:usr|bin|sbin|lib|lib64|opt|snap)\//;

/** Never seen among the busiest, and not a program of the system's own folders; or one that hides. */
function isUnknown(name: string, { exe, known }: { exe: string | null; known: readonly string[] }): boolean {
  if (known.includes(name)) return false;
  if (exe !== null) return hiding.test(exe) || (known.length >= fewPrograms && !packaged.test(exe));
  return known.length >= fewPrograms;
}

function busiestOf({ answers, reading }: HostInside): HostProcesses["top"][number] | null {
  const top = answers.procs?.top ?? reading?.processes?.top ?? [];
  const programs = [...groupedBy(top, ({ name }) => name).values()].flatMap((own) => {
    const [largest] = own.toSorted((a, b) => b.cpuRatio - a.cpuRatio);
    return largest === undefined
      ? []
      : [{ ...largest, cpuRatio: own.reduce((sum, { cpuRatio }) => sum + cpuRatio, 0) }];
  });
  return programs.toSorted((a, b) => b.cpuRatio - a.cpuRatio)[0] ?? null;
}

function coresOf({ reading }: HostInside): number {
  return Math.max(1, reading?.load?.cores ?? 1);
}

/** Where its program lies; null: not to be seen without root. */
function placeOf({ answers }: HostInside, wanted: number): string | null {
  return answers.procs?.top.find(({ pid }) => pid === wanted)?.exe ?? null;
}
