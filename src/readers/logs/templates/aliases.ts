/** Ids that mean another one now. */
export interface Aliases {
  set(id: string, became: string): void;
  delete(id: string): void;
  /** What an id has become in the end; itself when nothing. */
  follow(id: string): string;
  all(): readonly (readonly [string, string])[];
}

/** The oldest go first. */
const mostAliases = 65_536;
const longestChain = 100;

export function createAliases(): Aliases {
  const became = new Map<string, string>();
  return {
    set(id, to) {
      if (became.size >= mostAliases) for (const [oldest] of became) if (became.delete(oldest)) break;
      became.set(id, to);
    },
    delete: (id) => void became.delete(id),
    follow(id) {
      let at = id;
      for (let steps = 0; steps < longestChain; steps++) {
        const next = became.get(at);
        if (next === undefined) break;
        at = next;
      }
      return at;
    },
    all: () => [...became],
  };
}
