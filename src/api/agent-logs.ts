import { z } from "zod";
import { logProblems, logSourceStates, type SentLogs, type SentRecord } from "../kernel/ports-logs.ts";
import { decodeRecord, encodeRecord } from "../storage/spool/record.ts";

/** How an agent's lines travel: one line of JSON, then records as they lie in a spool, each with its checksum. */
export const sentLogsType = "application/vnd.koboshi.logs";
/** A record holds at most 1 MB of lines; several small ones travel together. */
export const longestSentBytes = 4_000_000;

export const agentLogsPath = (host: string): string => `/api/v1/hosts/${encodeURIComponent(host)}/logs`;

const Head = z.object({
  epoch: z.string().min(8).max(64),
  sentAtMs: z.number(),
  sources: z
    .array(
      z.object({
        path: z.string().max(4_096),
        state: z.enum(logSourceStates),
        problem: z.enum(logProblems).nullable(),
        seen: z.string().max(1_000),
        lagBytes: z.number().min(0),
        dropped: z.number().min(0),
      }),
    )
    .max(500),
});
const Meta = z.object({ seq: z.number(), isCut: z.boolean() });

export const SentAnswerJson = z.object({ taken: z.number(), paths: z.array(z.string()) });

export function encodeSentLogs({ epoch, sentAtMs, sources, records }: Omit<SentLogs, "host">): Buffer {
  const head = Buffer.from(`${JSON.stringify({ epoch, sentAtMs, sources })}\n`);
  const parts = records.flatMap(({ path, readAtMs, seq, isCut, body }) =>
    encodeRecord({ source: path, receivedAtMs: readAtMs, meta: { seq, isCut }, body }),
  );
  return Buffer.concat([head, ...parts]);
}

/** @returns null for what no agent has sent whole */
export function decodeSentLogs(host: string, bytes: Buffer): SentLogs | null {
  const headEnd = bytes.indexOf(10);
  const head = headEnd < 0 ? null : Head.safeParse(jsonOf(bytes.toString("utf8", 0, headEnd))).data;
  if (head === null || head === undefined) return null;
  const records: SentRecord[] = [];
  for (let at = headEnd + 1; at < bytes.length;) {
    const record = decodeRecord(bytes, at, 0);
    const meta = typeof record === "string" ? undefined : Meta.safeParse(record.meta).data;
    if (typeof record === "string" || meta === undefined) return null;
    records.push({ path: record.source, readAtMs: record.receivedAtMs, body: record.body, ...meta });
    at = record.nextSeq;
  }
  return { host, ...head, records };
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null; // not ours
  }
}
