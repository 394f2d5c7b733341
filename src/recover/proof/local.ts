import { safeText } from "../../clients/safe-text.ts";
import type { Workplace } from "../workplace/workplace.ts";
import { filePath, type Answer, type CanaryStore, type LossWay } from "./store.ts";

const limitMs = 30_000;
const aside = ".koboshi-canary";

/** A folder on the writer's own machine, or one mounted there. */
export function localStore(workplace: Workplace, folder: string): CanaryStore {
  const run = async (
    argv: readonly string[],
    input?: string,
  ): Promise<{ readonly code: number | null; readonly stdout: string; readonly answer: Answer }> => {
    const { code, stdout, stderr } = await workplace.run(
      { argv, env: { LC_ALL: "C" } },
      { timeoutMs: limitMs, input: input ?? "" },
    );
    return { code, stdout, answer: code === 0 ? "ok" : safeText(stderr, []) };
  };
  const moves: Readonly<Partial<Record<LossWay, (file: string, other: string) => Promise<Answer>>>> = {
    delete: async (file) => (await run(["rm", "-f", "--", file])).answer,
    overwrite: async (file, other) => (await run(["sh", "-c", 'cat > "$1"', "sh", file], other)).answer,
    rename: async (file) => (await run(["mv", "-n", "--", file, file + aside])).answer,
    truncate: async (file) => (await run(["truncate", "-s", "0", "--", file])).answer,
  };
  return {
    // noclobber: it writes what is not there, nothing else
    put: async (name, text) =>
      (await run(["sh", "-c", 'set -C; cat > "$1"', "sh", filePath(folder, name)], text)).answer,
    async read(name) {
      const { code, stdout, answer } = await run(["cat", "--", filePath(folder, name)]);
      if (code === 0) return { text: stdout };
      return answer.includes("No such file") ? "gone" : "unreadable";
    },
    ways: ["delete", "overwrite", "rename", "truncate"],
    async lose(way, name, other) {
      const file = filePath(folder, name);
      const answer = (await moves[way]?.(file, other)) ?? "";
      if (way === "rename" && answer === "ok") await run(["rm", "-f", "--", file + aside]);
      return answer;
    },
    remove: async (name) => (await run(["rm", "-f", "--", filePath(folder, name)])).answer,
  };
}
