/** What the hub said instead of taking something: `status 403 KB4202 …`. */
export function refusalText(status: number, body: unknown): string {
  const { error } = (body ?? {}) as { error?: { code?: unknown; message?: unknown } };
  const said = [error?.code, error?.message].filter((part) => typeof part === "string").join(" ");
  return `status ${status} ${said}`.trim();
}
