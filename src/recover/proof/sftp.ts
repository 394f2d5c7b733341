import { safeText } from "../../clients/safe-text.ts";
import type { Workplace } from "../workplace/workplace.ts";
import { filePath, type Answer, type CanaryStore, type LossWay } from "./store.ts";

const limitMs = 60_000;
const aside = ".koboshi-canary";

export interface SftpAddress {
  /** `user@host` or a name of the writer's own ssh configuration */
  readonly target: string;
  readonly port: string | null;
  readonly folder: string;
}

/** `user@host:/path` and `//user@host:port//path`, as restic writes them after `sftp:`. */
export function readSftpAddress(written: string): SftpAddress | null {
  const url = /^\/\/([^/:]+)(?::(\d+))?\/(.+)$/.exec(written);
  if (url !== null) return { target: url[1] ?? "", port: url[2] ?? null, folder: url[3] ?? "" };
  const short = /^([^:]+):(.+)$/.exec(written);
  return short === null ? null : { target: short[1] ?? "", port: null, folder: short[2] ?? "" };
}

function quoted(path: string): string {
  return `"${path.replaceAll(/["\\]/g, "\\$&")}"`;
}

/**
 * An SFTP server, spoken to by the writer's own `sftp` with the keys and settings restic uses there.
 * @param options further ones of ssh, such as `-oIdentityFile=…`
 */
export function sftpStore(
  workplace: Workplace,
  { target, port, folder }: SftpAddress,
  options: readonly string[] = [],
): CanaryStore {
  const argv = ["sftp", "-q", "-oBatchMode=yes", ...options, ...(port === null ? [] : ["-P", port]), "-b", "-", target];
  const run = async (line: string): Promise<{ readonly isDone: boolean; readonly answer: Answer }> => {
    const { code, stderr } = await workplace.run(
      { argv, env: { LC_ALL: "C" } },
      { input: `${line}\n`, timeoutMs: limitMs },
    );
    return { isDone: code === 0, answer: code === 0 ? "ok" : safeText(stderr, []) };
  };
  const send = async (file: string, text: string): Promise<Answer> => {
    const own = await workplace.putSecret(text);
    try {
      return (await run(`put ${quoted(own.path)} ${quoted(file)}`)).answer;
    } finally {
      await own.remove();
    }
  };
  const moves: Readonly<Partial<Record<LossWay, (file: string, other: string) => Promise<Answer>>>> = {
    delete: async (file) => (await run(`rm ${quoted(file)}`)).answer,
    overwrite: send,
    rename: async (file) => {
      const { isDone, answer } = await run(`rename ${quoted(file)} ${quoted(file + aside)}`);
      if (isDone) await run(`rm ${quoted(file + aside)}`);
      return answer;
    },
    permissions: async (file) => (await run(`chmod 000 ${quoted(file)}`)).answer,
  };
  return {
    put: (name, text) => send(filePath(folder, name), text),
    async read(name) {
      const own = await workplace.putSecret("");
      try {
        const { isDone, answer } = await run(`get ${quoted(filePath(folder, name))} ${quoted(own.path)}`);
        if (!isDone) return /not found|no such file/i.test(answer) ? "gone" : "unreadable";
        return { text: (await workplace.run({ argv: ["cat", "--", own.path] })).stdout };
      } finally {
        await own.remove();
      }
    },
    ways: ["delete", "overwrite", "rename", "permissions"],
    lose: async (way, name, other) => (await moves[way]?.(filePath(folder, name), other)) ?? "",
    remove: async (name) => (await run(`rm ${quoted(filePath(folder, name))}`)).answer,
  };
}
