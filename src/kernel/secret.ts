/** A value that prints as `***` wherever it leaks to; `reveal()` is the only way out, so every use can be found by grep. */
export class Secret {
  readonly #value: string;
  /** Where it came from, safe to show: `env SMTP_PASSWORD`, `file /etc/koboshi/key`, `the file itself`. */
  readonly source: string;

  constructor(value: string, source: string) {
    this.#value = value;
    this.source = source;
  }

  reveal(): string {
    return this.#value;
  }

  toString(): string {
    return "***";
  }

  toJSON(): string {
    return "***";
  }

  [Symbol.for("nodejs.util.inspect.custom")](): string {
    return "***";
  }
}

/** A secret as the configuration names it, not opened yet: `config check` reads no secret. It must be replaced before use. */
export class UnopenedSecret extends Secret {
  readonly #written: string;

  constructor(written: string) {
    super("", secretSource(written));
    this.#written = written;
  }

  /** What the file says: `${env:X}`, or the plain text itself. */
  written(): string {
    return this.#written;
  }

  override reveal(): string {
    throw new Error(`secret not opened: ${this.source}`);
  }
}

/** A reference `${env:X}`, `${file:/path}` or `${cred:name}`; null for anything else. */
export function secretReference(written: string): { kind: "env" | "file" | "cred"; name: string } | null {
  const match = /^\$\{(env|file|cred):([^{}]+)\}$/.exec(written);
  return match === null ? null : { kind: match[1] as "env" | "file" | "cred", name: match[2] as string };
}

function secretSource(written: string): string {
  const reference = secretReference(written);
  return reference === null ? "the file itself" : `${reference.kind} ${reference.name}`;
}
