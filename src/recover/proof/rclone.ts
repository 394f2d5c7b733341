import { safeText } from "../../clients/safe-text.ts";
import type { Workplace } from "../workplace/workplace.ts";
import { filePath, type Answer, type CanaryStore } from "./store.ts";

const limitMs = 120_000;

/** Whatever the writer's own rclone reaches. @param remote `name:path`, as restic writes it after `rclone:` */
export function rcloneStore(workplace: Workplace, remote: string): CanaryStore {
  const folder = remote.replace(/\/+$/, "");
  const run = async (
    words: readonly string[],
    input = "",
  ): Promise<{ readonly code: number | null; readonly stdout: string; readonly answer: Answer }> => {
    const argv = ["rclone", "--retries", "1", "--low-level-retries", "2", ...words];
    const { code, stdout, stderr } = await workplace.run({ argv }, { input, timeoutMs: limitMs });
    return { code, stdout, answer: code === 0 ? "ok" : safeText(stderr, []) };
  };
  const at = (name: string): string => filePath(folder, name);
  return {
    put: async (name, text) => (await run(["rcat", at(name)], text)).answer,
    async read(name) {
      const { code, stdout, answer } = await run(["cat", at(name)]);
      // asked for a name that is not there rclone may look for a folder and end well, having said nothing
      if (code === 0 && stdout !== "") return { text: stdout };
      return code === 0 || /not found/i.test(answer) ? "gone" : "unreadable";
    },
    ways: ["delete", "overwrite"],
    lose: async (way, name, other) =>
      (way === "delete" ? await run(["deletefile", at(name)]) : await run(["rcat", at(name)], other)).answer,
    remove: async (name) => (await run(["deletefile", at(name)])).answer,
  };
}
