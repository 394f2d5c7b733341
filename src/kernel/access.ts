/** What a person may do: a viewer reads, a responder acts in incidents, an administrator changes koboshi itself. */
export const roles = ["viewer", "responder", "admin"] as const;
export type Role = (typeof roles)[number];

/** What a program's token may do. `read`, `respond` and `admin` are the roles' reach; the others open one door each. */
export const tokenScopes = [
  "read",
  "respond",
  "admin",
  "alerts:write",
  "otlp:write",
  "metrics:read",
  "probe",
  "ping:manage",
  "agent",
] as const;
export type TokenScope = (typeof tokenScopes)[number];

/** What a route needs of whoever asks; each includes those before it. */
const levels = ["read", "change", "admin"] as const;
export type Level = (typeof levels)[number];

const levelOfRole: Readonly<Record<Role, Level>> = { viewer: "read", responder: "change", admin: "admin" };
const levelOfScope: Readonly<Partial<Record<TokenScope, Level>>> = { read: "read", respond: "change", admin: "admin" };

function reaches(has: Level | undefined, needs: Level): boolean {
  return has !== undefined && levels.indexOf(has) >= levels.indexOf(needs);
}

export function roleAllows(role: Role, level: Level): boolean {
  return reaches(levelOfRole[role], level);
}

/**
 * May a token with these scopes? A route that names a scope is open to it; where such a route changes something, the
 * general scopes below `admin` are not enough.
 */
export function scopesAllow(
  scopes: readonly TokenScope[],
  { level, scope }: { level: Level; scope: TokenScope | null },
): boolean {
  if (scopes.includes("admin") || (scope !== null && scopes.includes(scope))) return true;
  if (scope !== null && level !== "read") return false;
  return scopes.some((one) => reaches(levelOfScope[one], level));
}
