/** The object of a line that is one; null: it is not. */
export function jsonObject(line: string): Readonly<Record<string, unknown>> | null {
  const text = line.trim();
  if (!text.startsWith("{") || !text.endsWith("}")) return null;
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : null;
  } catch {
    return null; // cut or damaged: a line like any other
  }
}

const mostFields = 60;
const longestValueChars = 4_096;

/** Texts and numbers of an object with their path as name (`request.method`), three levels deep; lists by what they hold. */
export function flatFields(
  value: Readonly<Record<string, unknown>>,
  isLeftOut: (path: string) => boolean,
): Record<string, string | number> {
  const fields: Record<string, string | number> = {};
  const visit = (node: Readonly<Record<string, unknown>>, prefix: string, depth: number): void => {
    for (const [key, inner] of Object.entries(node)) {
      const path = prefix === "" ? key : `${prefix}.${key}`;
      if (isLeftOut(path) || Object.keys(fields).length >= mostFields) continue;
      if (typeof inner === "object" && inner !== null && !Array.isArray(inner) && depth < 3) {
        visit(inner as Record<string, unknown>, path, depth + 1);
      } else {
        const leaf = leafOf(inner);
        if (leaf !== null) fields[path] = leaf;
      }
    }
  };
  visit(value, "", 1);
  return fields;
}

function leafOf(value: unknown): string | number | null {
  if (typeof value === "number") return Number.isFinite(value) ? value : null;
  if (typeof value === "string") return value === "" ? null : value.slice(0, longestValueChars);
  if (typeof value === "boolean") return String(value);
  return value === null || value === undefined ? null : JSON.stringify(value).slice(0, longestValueChars);
}
