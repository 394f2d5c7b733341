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
