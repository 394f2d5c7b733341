import { components } from "./names.ts";

/** A cause as a scenario writes it: `disk-full@host:web1`, or `tls-cert-invalid@cert` where one such thing exists. */
export interface Expected {
  readonly id: string;
  readonly kind: string;
  /** null: any of its kind */
  readonly name: string | null;
}

/** A cause as a diagnosis names it. */
export interface Named {
  readonly id: string;
  /** `host:web1`; null: nothing places it */
  readonly component: string | null;
  readonly probability: number;
}

const form = /^([a-z][a-z0-9-]*)@([a-z]+)(?::([A-Za-z0-9][A-Za-z0-9.-]*))?$/;

/** @returns a sentence when it is not a cause of this lab */
export function readCause(text: string): Expected | string {
  const match = form.exec(text);
  if (match === null) return `"${text}" is not a cause; write CAUSE@KIND:NAME, as in disk-full@host:web1`;
  const [, id = "", kind = "", name = null] = match;
  const names = (components as Readonly<Record<string, readonly string[] | undefined>>)[kind];
  if (names === undefined) return `"${kind}" is no kind of thing here; there are ${Object.keys(components).join(", ")}`;
  if (name !== null && !names.includes(name)) {
    return `there is no ${kind} "${name}" in this lab; there is ${names.map((one) => `${kind}:${one}`).join(", ")}`;
  }
  return { id, kind, name };
}

export function matches(expected: Expected, named: Pick<Named, "id" | "component">): boolean {
  if (expected.id !== named.id || named.component === null) return false;
  return expected.name === null
    ? named.component.startsWith(`${expected.kind}:`)
    : named.component === `${expected.kind}:${expected.name}`;
}

export function writeCause({ id, kind, name }: Expected): string {
  return name === null ? `${id}@${kind}` : `${id}@${kind}:${name}`;
}

export function writeNamed({ id, component }: Pick<Named, "id" | "component">): string {
  return component === null ? id : `${id}@${component}`;
}
