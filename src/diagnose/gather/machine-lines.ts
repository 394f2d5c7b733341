import type { ComponentId } from "../../kernel/model/component.ts";
import type { InsideSources } from "../../kernel/ports-diagnosis-inside.ts";
import type { LogEntry } from "../../kernel/ports-logs.ts";
import { kernelLine } from "../../readers/host/why-kern.ts";
import { hsDisk } from "../evidence/hs-disk.ts";
import { hsOom } from "../evidence/hs-oom.ts";
import { isRecent, type HostInside } from "../evidence/inside.ts";
import { excerpt, showing } from "../lines/signs.ts";
import type { Gathered } from "./gatherer.ts";
import { toldByLines } from "./told-lines.ts";

/** `2026-11-22T18:23:54+00:00 web1 kernel: [   12.345678] ` */
const syslogHead = /^.{0,100}?\bkernel: (?:\[ *\d+\.\d+\] )?/;

/**
 * Who may not ask the kernel still reads what it told the system's log, and its own list, a ring, forgets what the log keeps.
 * That it told nothing there proves nothing.
 */
export function withKernelLines(inside: HostInside, entries: readonly LogEntry[]): HostInside {
  const { answers, aheadMs } = inside;
  const listed = answers.kern ?? [];
  const known = new Set(listed.map(({ text }) => text));
  const said = entries
    .filter(({ program }) => program === "kernel")
    .map(({ text, severity, atMs }) =>
      kernelLine(text.replace(syslogHead, ""), { atMs: atMs + aheadMs, level: severity }),
    )
    .filter(({ text }) => !known.has(text));
  return said.length === 0 ? inside : { ...inside, answers: { ...answers, kern: [...listed, ...said] } };
}

/** Whoever could not write said so, also where nobody looks at the disks: that they are well is not said by silence. */
export function spaceEvidence(
  { clock }: InsideSources,
  target: ComponentId,
  entries: readonly LogEntry[],
): readonly Gathered[] {
  const lines = showing(entries, "no-space");
  if (lines.length < leastOfSpace) return [];
  const reading = { state: "full", value: null, facts: { detail: `ENOSPC ×${lines.length}` }, raw: excerpt(lines) };
  return [toldByLines(clock, { evidence: hsDisk, target, reading, lines })];
}

const leastOfSpace = 2;

/** The kernel says whom it ended also where nobody counts it: that it ended nobody is not said by silence. */
export function oomEvidence({ clock }: InsideSources, inside: HostInside, target: ComponentId): readonly Gathered[] {
  const kills = (inside.answers.kern ?? []).filter(
    (line) => line.topic === "out-of-memory" && isRecent(line.atMs, inside),
  );
  if (kills.length === 0) return [];
  const facts = { detail: (kills[0]?.text ?? "").slice(0, 100) };
  const reading = { state: "yes", value: kills.length, facts, raw: kills.map(({ text }) => text).join("\n") };
  const lines = kills.flatMap(({ atMs }) => (atMs === null ? [] : [{ atMs: atMs - inside.aheadMs }]));
  return [toldByLines(clock, { evidence: hsOom, target, reading, lines })];
}
