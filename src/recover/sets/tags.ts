import type { SetPart } from "../../kernel/model/backup.ts";

/** Whose part of which set a snapshot is. Tags never change: append-only repositories forbid it. */
export interface PartTags {
  readonly plan: string;
  readonly set: string;
  readonly part: SetPart["part"];
  /** which of the set's dumps, from 0 */
  readonly dump: number | null;
}

/** Every snapshot of ours has it. */
export const ownTag = "koboshi";

export function writeTags({ plan, set, part, dump }: PartTags): readonly string[] {
  const number = dump === null ? [] : [`dump=${dump}`];
  return [ownTag, planTag(plan), setTag(set), `part=${part}`, ...number];
}

/** restic parts tags at commas, so they are written otherwise. */
export function planTag(plan: string): string {
  return `plan=${plan.replaceAll("%", "%25").replaceAll(",", "%2C")}`;
}

export function setTag(set: string): string {
  return `set=${set}`;
}

/** @returns null for a snapshot that is not ours */
export function readTags(tags: readonly string[]): PartTags | null {
  if (!tags.includes(ownTag)) return null;
  const value = (name: string): string | null =>
    tags.find((tag) => tag.startsWith(`${name}=`))?.slice(name.length + 1) ?? null;
  const [plan, set, part, dump] = [value("plan"), value("set"), value("part"), value("dump")];
  if (plan === null || set === null || !isPart(part)) return null;
  const name = plan.replaceAll("%2C", ",").replaceAll("%25", "%");
  return { plan: name, set, part, dump: dump === null ? null : Number(dump) };
}

function isPart(part: string | null): part is SetPart["part"] {
  return part === "files" || part === "dump" || part === "meta" || part === "commit";
}
