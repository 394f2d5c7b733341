/** What can fail: `kind:name`. The kinds are the words of the configuration's names. */
export const componentKinds = [
  "service",
  "host",
  "segment",
  "place",
  "provider",
  "account",
  "person",
  "credential",
  "repository",
  "vantage",
  "lan",
  "isp",
  "domain",
  "cert",
  "channel",
  "job",
  "alert",
] as const;
export type ComponentKind = (typeof componentKinds)[number];

/** `service:shop`, `host:web1`, `vantage:here` … */
export type ComponentId = `${ComponentKind}:${string}`;

export function componentId(kind: ComponentKind, name: string): ComponentId {
  return `${kind}:${name}`;
}

export function kindOf(id: ComponentId): ComponentKind {
  return id.slice(0, id.indexOf(":")) as ComponentKind;
}

export function nameOf(id: ComponentId): string {
  return id.slice(id.indexOf(":") + 1);
}
