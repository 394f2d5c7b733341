import type { VerifyFinding } from "../../kernel/model/recovery.ts";
import { broken, someOf, type LevelResult } from "./finding.ts";
import { troubleFinding, type ResticTool, type ResticTrouble } from "./restic-port.ts";

/**
 * V2: index, snapshots, configuration and keys are whole, and every pack the index names is there. Reads no data.
 * @param expected full ids of snapshots that were committed and not given up since: nothing in the repository names them
 */
export async function verifyStructure(restic: ResticTool, expected: readonly string[]): Promise<LevelResult> {
  const { trouble, said } = await restic.check(null);
  const damage = trouble === null ? [] : checkFindings(trouble, said);
  const listed = await restic.snapshots();
  if (!listed.ok) return { facts: {}, findings: damage.length > 0 ? damage : [troubleFinding(listed.error)] };
  const there = new Set(listed.value);
  const missing = expected.filter((id) => !there.has(id)).map((id) => id.slice(0, 8));
  const findings = missing.length > 0 ? [...damage, broken("snapshot-missing", someOf(missing))] : damage;
  return { facts: { snapshots: there.size }, findings };
}

/** What restic's check says in its own words, sorted into what is damaged. Every sentence was seen from a real one. */
const sentences: readonly (readonly [
  RegExp,
  "pack-missing" | "pack-damaged" | "index-damaged" | "snapshot-damaged",
])[] = [
  [/pack ([0-9a-f]{8,64}): does not exist/g, "pack-missing"],
  [
    /pack ([0-9a-f]{8,64})[^\n]*?(?:contains \d+ errors|ID does not match|size (?:mismatch|does not match)|unexpected pack size)/gi,
    "pack-damaged",
  ],
  [/<?(?:data|pack)\/([0-9a-f]{8,64})>?[^\n]*?(?:invalid data|hash|damaged|unexpected|failed)/gi, "pack-damaged"],
  [/<?index\/([0-9a-f]{8,64})>?/g, "index-damaged"],
  [/error loading index ([0-9a-f]{8,64})/g, "index-damaged"],
  [/<?snapshot\/([0-9a-f]{8,64})>?/g, "snapshot-damaged"],
  [/error loading snapshot ([0-9a-f]{8,64})/g, "snapshot-damaged"],
];

/** What a check that failed says of the copy; at least one finding. */
export function checkFindings(trouble: ResticTrouble, said: string): readonly VerifyFinding[] {
  const general = troubleFinding(trouble);
  if (general.code !== "check-failed") return [general];
  const found = new Map<string, Set<string>>();
  for (const [pattern, code] of sentences) {
    for (const [, id = ""] of said.matchAll(pattern)) {
      const ids = found.get(code) ?? new Set();
      found.set(code, ids.add(id.slice(0, 8)));
    }
  }
  const named = [...found].map(([code, ids]) => broken(code as (typeof sentences)[number][1], someOf([...ids])));
  return named.length > 0 ? named : [general];
}
