import { createHash } from "node:crypto";
import type { Writable } from "node:stream";
import type { SetPart } from "../../kernel/model/backup.ts";
import type { VerifyFinding } from "../../kernel/model/recovery.ts";
import type { Running } from "../workplace/workplace.ts";
import { readOutcome } from "../restic/outcome.ts";
import { collect } from "../workplace/run.ts";
import { broken } from "./finding.ts";
import { troubleFinding } from "./restic-port.ts";

const tailBytes = 400;
/** The first bytes of PostgreSQL's own archive format. */
const archiveMark = "PGDMP";
const isArchiveHead = (head: Buffer): boolean =>
  head.subarray(0, archiveMark.length).toString("latin1") === archiveMark;
const maxErrors = 65_536;

/** What a whole dump ends with, by the kind of its database. */
const trailers: Readonly<Record<string, RegExp>> = {
  postgres: /^-- PostgreSQL database (?:cluster )?dump complete$/m,
  mysql: /^-- Dump completed/m,
  mariadb: /^-- Dump completed/m,
};

export interface DumpRead {
  readonly bytes: number;
  readonly findings: readonly VerifyFinding[];
}

/**
 * Reads a stored dump to its end and compares it with its record. What goes on to the program that `into` starts is ended only by the caller,
 * who sees by the findings whether the end was the end.
 */
export async function readDump(
  running: Running,
  part: SetPart,
  into: ((isArchive: boolean) => Promise<Writable>) | null,
): Promise<DumpRead> {
  const errors = collect(running.stderr, maxErrors);
  running.stdin.end();
  const flowed = await flow(running.stdout, into);
  const { code } = await running.ended;
  const outcome = readOutcome({ code, stderr: errors.text() });
  const trouble = outcome.end === "ok" ? [] : [troubleFinding(outcome)];
  return { bytes: flowed.bytes, findings: [...trouble, ...judge(flowed, part)] };
}

interface Flowed {
  readonly bytes: number;
  readonly sha256: string;
  readonly head: Buffer;
  readonly tail: Buffer;
}

function judge({ bytes, sha256, head, tail }: Flowed, part: SetPart): readonly VerifyFinding[] {
  const of = part.of ?? "";
  const trailer = isArchiveHead(head) ? undefined : trailers[of.split("/")[0] ?? ""];
  const differs = part.sha256 !== null && part.sha256 !== sha256;
  const isCut = trailer !== undefined && !trailer.test(tail.toString("latin1"));
  return [
    ...(differs ? [broken("dump-differs", { of, bytes, expectedBytes: part.bytes })] : []),
    ...(isCut ? [broken("dump-cut", { of, bytes })] : []),
  ];
}

/** Lets the stream pass; the program that takes it is started when its first bytes say of which form it is. */
async function flow(
  stream: AsyncIterable<Buffer>,
  into: ((isArchive: boolean) => Promise<Writable>) | null,
): Promise<Flowed> {
  const hash = createHash("sha256");
  let [bytes, tail, head] = [0, Buffer.alloc(0), Buffer.alloc(0)];
  let taker: Writable | null = null;
  for await (const chunk of stream) {
    hash.update(chunk);
    bytes += chunk.length;
    tail = Buffer.concat([tail, chunk]).subarray(-tailBytes);
    const isFirst = head.length < archiveMark.length;
    if (isFirst) head = Buffer.concat([head, chunk]);
    if (into === null || head.length < archiveMark.length) continue;
    taker ??= await into(isArchiveHead(head));
    if (taker.writable && !taker.write(isFirst ? head : chunk)) await roomIn(taker);
  }
  return { bytes, sha256: hash.digest("hex"), head, tail };
}

/** Waits until a program takes more, or takes nothing any more: then its end says why. */
function roomIn(into: Writable): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      for (const event of ["drain", "close", "error"]) into.off(event, done);
      resolve();
    };
    for (const event of ["drain", "close", "error"]) into.on(event, done);
    if (into.destroyed) done();
  });
}
