/** What masks were before they were changed, so that all of it can be taken back. */
export interface Journal {
  /** to be called before a node's words are changed */
  keep(node: number): void;
  /** the nodes kept since the last taking back */
  touched(): readonly number[];
  takeBack(): void;
}

/** @param words of each node */
export function createJournal(masks: Uint32Array, words: number): Journal {
  const keptIn = new Uint32Array(masks.length / words);
  let round = 1;
  let nodes: number[] = [];
  let before: number[] = [];
  return {
    keep(node) {
      if (keptIn[node] === round) return;
      keptIn[node] = round;
      nodes.push(node);
      for (let word = 0; word < words; word += 1) before.push(masks[node * words + word]!);
    },
    touched: () => nodes,
    takeBack() {
      nodes.forEach((node, index) => {
        for (let word = 0; word < words; word += 1) masks[node * words + word] = before[index * words + word]!;
      });
      round += 1;
      [nodes, before] = [[], []];
    },
  };
}
