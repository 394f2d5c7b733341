/** The entries of a part of the file, made into what runs, in the file's order. */
export function table<In, Out>(
  entries: Readonly<Record<string, In>>,
  make: (key: string, entry: In) => Out,
): Map<string, Out> {
  return new Map(Object.entries(entries).map(([key, entry]) => [key, make(key, entry)]));
}
