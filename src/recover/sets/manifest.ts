import { z } from "zod";

/** One thing of a set's files, as it was on the host after it was copied. Paths and link targets are bytes. */
export interface ManifestEntry {
  readonly path: Buffer;
  readonly type: "file" | "folder" | "link" | "other";
  readonly size: number;
  /** nanoseconds of Unix epoch, in decimal */
  readonly mtimeNs: string;
  /** permissions, octal digits: `644` */
  readonly mode: string;
  readonly uid: number;
  readonly gid: number;
  readonly user: string;
  readonly group: string;
  /** where a link points */
  readonly target: Buffer | null;
  /** the same for all names of one file that has several; null: it has one */
  readonly linkGroup: string | null;
  readonly sparse: boolean;
  /** of those that belong to the sample */
  readonly sha256: string | null;
  /** changed after the copy began: what the copy holds may be the older content */
  readonly live: boolean;
}

/** Source of the first line; every line after it is an entry. */
export const manifestSchema = "koboshi.manifest/1";

export function manifestPath(plan: string): string {
  return `/koboshi/${plan}/manifest.jsonl`;
}

const bytes = z.union([z.string(), z.object({ b64: z.string() })]);
const line = z.object({
  p: bytes,
  t: z.enum(["file", "folder", "link", "other"]),
  s: z.number(),
  m: z.string(),
  o: z.string(),
  u: z.number(),
  g: z.number(),
  un: z.string(),
  gn: z.string(),
  to: bytes.optional(),
  l: z.string().optional(),
  sp: z.literal(true).optional(),
  h: z.string().optional(),
  live: z.literal(true).optional(),
});

export function writeEntry(entry: ManifestEntry): string {
  return JSON.stringify({
    p: writeBytes(entry.path),
    t: entry.type,
    s: entry.size,
    m: entry.mtimeNs,
    o: entry.mode,
    u: entry.uid,
    g: entry.gid,
    un: entry.user,
    gn: entry.group,
    ...(entry.target === null ? {} : { to: writeBytes(entry.target) }),
    ...(entry.linkGroup === null ? {} : { l: entry.linkGroup }),
    ...(entry.sparse ? { sp: true } : {}),
    ...(entry.sha256 === null ? {} : { h: entry.sha256 }),
    ...(entry.live ? { live: true } : {}),
  } satisfies z.input<typeof line>);
}

/** @returns null for a line that is no entry */
export function readEntry(text: string): ManifestEntry | null {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null;
  }
  const parsed = line.safeParse(value);
  if (!parsed.success) return null;
  const { p, t, s, m, o, u, g, un, gn, to, l, sp, h, live } = parsed.data;
  return {
    path: readBytes(p),
    type: t,
    size: s,
    mtimeNs: m,
    mode: o,
    uid: u,
    gid: g,
    user: un,
    group: gn,
    target: to === undefined ? null : readBytes(to),
    linkGroup: l ?? null,
    sparse: sp === true,
    sha256: h ?? null,
    live: live === true,
  };
}

/** A name that is UTF-8 as it is, any other (EUC-JP, cp932) as base64: no byte of it is lost. */
function writeBytes(value: Buffer): z.input<typeof bytes> {
  const text = value.toString("utf8");
  return Buffer.from(text, "utf8").equals(value) ? text : { b64: value.toString("base64") };
}

function readBytes(value: z.output<typeof bytes>): Buffer {
  return typeof value === "string" ? Buffer.from(value, "utf8") : Buffer.from(value.b64, "base64");
}
