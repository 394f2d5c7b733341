/** Foreign text as it may stand in a comment, a message or a name: one line, bounded, nothing that steers a terminal. */
export function oneLine(text: string, mostChars: number): string {
  const line = text
    .slice(0, mostChars * 4)
    .replaceAll(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\s]+/gu, " ")
    .trim();
  const characters = Array.from(line);
  return characters.length > mostChars ? `${characters.slice(0, mostChars - 1).join("")}…` : line;
}

/** The field of foreign data as a text; empty for anything else. */
export function textOf(value: unknown): string {
  if (typeof value === "string") return value;
  return typeof value === "number" && Number.isFinite(value) ? String(value) : "";
}

export function numberOf(value: unknown): number | null {
  if (typeof value === "number") return Number.isFinite(value) ? value : null;
  return typeof value === "string" && /^-?\d+(?:\.\d+)?$/.test(value.trim()) ? Number(value) : null;
}

/** True for what old products write for «yes». */
export function isYes(value: unknown): boolean {
  return value === true || value === 1 || value === "1" || value === "true";
}

export function isMap(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? (value as unknown[]) : [];
}

/** A list written as a JSON text, as databases keep it; empty for anything else. */
export function jsonList(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value as unknown[];
  return listOf(jsonOf(value));
}

export function jsonOf(value: unknown): unknown {
  if (typeof value !== "string" || value === "") return null;
  try {
    return JSON.parse(value) as unknown;
  } catch {
    return null;
  }
}

/** Rows by the value of one of their fields, each list in the order of the rows. */
export function byField<T extends Readonly<Record<string, unknown>>>(
  rows: readonly T[],
  field: string,
): ReadonlyMap<unknown, readonly T[]> {
  const found = new Map<unknown, T[]>();
  for (const row of rows) {
    const list = found.get(row[field]);
    if (list === undefined) found.set(row[field], [row]);
    else list.push(row);
  }
  return found;
}
