import type { HostAnswers } from "../../kernel/model/host-answers.ts";
import type { HostListener } from "../../kernel/model/host-reading.ts";
import type { HostUsual } from "../../kernel/ports-diagnosis-inside.ts";
import type { HostStatus } from "../../kernel/ports-hosts.ts";
import { waitingIn } from "../evidence/ml-queue.ts";

export interface UsualInput {
  readonly status: HostStatus;
  /** null: it is not asked, as an agent's machine is not */
  readonly answers: HostAnswers | null;
  readonly before: HostUsual | null;
  readonly atMs: number;
}

/** More than so many names are noise. */
const mostNames = 300;

/** How a machine is now, with the names that were ever seen on it. */
export function usualFrom({ status, answers, before, atMs }: UsualInput): HostUsual {
  const known = { programs: before?.programs ?? [], loginsFrom: before?.loginsFrom ?? [] };
  const own = { atMs, bootId: bootOf(status), writable: writableOf(status) };
  if (answers === null) return { ...own, ...known, ...unasked, ...programsOf(status.reading, known.programs) };
  const logins = (answers.auth?.accepted ?? []).map(({ from }) => from);
  const seen = { listeners: answers.procs?.listeners ?? null, processes: answers.procs };
  const fallback = programsOf(status.reading, known.programs);
  const asked = answers.procs === null ? fallback : programsOf(seen, fallback.programs);
  return {
    ...own,
    ...asked,
    loginsFrom: grown(known.loginsFrom, logins),
    ...networkOf(answers),
    ...contentOf(answers),
  };
}

function bootOf({ reading }: HostStatus): string | null {
  return reading?.identity?.bootId ?? null;
}

function writableOf({ reading }: HostStatus): readonly string[] | null {
  return reading?.disks?.flatMap(({ mount, readOnly }) => (readOnly ? [] : [mount])) ?? null;
}

const unasked = {
  listeners: null,
  firewallHashes: null,
  hasDefaultRoute: null,
  cardsUp: null,
  folders: null,
  differing: null,
  mailWaiting: null,
  longestQueryMs: null,
  firstWordMs: null,
} as const;

interface Running {
  readonly listeners: readonly HostListener[] | null;
  readonly processes: {
    readonly top: readonly { readonly name: string }[];
    readonly fromTemporary?: readonly { readonly path: string }[];
  } | null;
}

function programsOf(running: Running | null, known: readonly string[]): Pick<HostUsual, "listeners" | "programs"> {
  if (running === null) return { listeners: null, programs: known };
  const { listeners, processes } = running;
  const names = [
    ...(processes?.top ?? []).map(({ name }) => name),
    ...(listeners ?? []).flatMap(({ program }) => program ?? []),
    ...(processes?.fromTemporary ?? []).map(({ path }) => path),
  ];
  return { listeners, programs: grown(known, names) };
}

function networkOf({ nic, fw }: HostAnswers): Pick<HostUsual, "firewallHashes" | "hasDefaultRoute" | "cardsUp"> {
  const up = nic?.filter(({ state, carrier }) => state === "up" || carrier === true);
  return {
    firewallHashes: fw?.hashes ?? null,
    hasDefaultRoute: fw?.hasDefaultRoute ?? null,
    cardsUp: up?.map(({ name }) => name) ?? null,
  };
}

type Content = Pick<HostUsual, "folders" | "differing" | "mailWaiting" | "longestQueryMs" | "firstWordMs">;

function contentOf({ db, mail, data, integrity, firstWordMs }: HostAnswers): Content {
  const longest = (db ?? []).flatMap(({ longestQueryMs }) => longestQueryMs ?? []);
  const queues = mail?.queues ?? null;
  return {
    folders: data,
    differing: integrity?.differing.map(({ path }) => path) ?? null,
    mailWaiting: queues === null ? null : waitingIn(queues),
    longestQueryMs: longest.length === 0 ? null : Math.max(...longest),
    firstWordMs,
  };
}

/** The newest names stay. */
function grown(known: readonly string[], more: readonly string[]): readonly string[] {
  return [...new Set([...known, ...more])].slice(-mostNames);
}
