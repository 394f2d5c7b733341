/** A composite value as it lies in its column. JSON also keeps what a plain text column would not: NUL, lone surrogates. */
export type Json<T> = string & { readonly of?: T };

export function toJson<T>(value: T): Json<T> {
  const text: string | undefined = JSON.stringify(value);
  return text ?? "null"; // what JSON has no word for, like undefined
}

export function fromJson<T>(text: Json<T>): T {
  return JSON.parse(text) as T;
}

export function toJsonOrNull<T>(value: T | null): Json<T> | null {
  return value === null ? null : toJson(value);
}

export function fromJsonOrNull<T>(text: Json<T> | null): T | null {
  return text === null ? null : fromJson(text);
}
