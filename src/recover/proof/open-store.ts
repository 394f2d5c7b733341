import { err, ok, type Result } from "../../kernel/result.ts";
import type { Workplace } from "../workplace/workplace.ts";
import { localStore } from "./local.ts";
import { rcloneStore } from "./rclone.ts";
import { restStore } from "./rest.ts";
import { readSftpAddress, sftpStore } from "./sftp.ts";
import type { CanaryStore, NotTried } from "./store.ts";

export interface StoreAddress {
  /** as restic writes it */
  readonly repo: string;
  /** further options of ssh for an SFTP server */
  readonly sshOptions?: readonly string[];
}

/** The storage behind a repository's address, reached from the writer's machine. S3 and the other clouds are not spoken here. */
export async function openStore(
  workplace: Workplace,
  { repo, sshOptions = [] }: StoreAddress,
): Promise<Result<CanaryStore, NotTried>> {
  const [, kind = "local", rest = repo] = /^(rest|sftp|rclone|local|s3|swift|b2|azure|gs):(.*)$/s.exec(repo) ?? [];
  const speaker = speakers[kind];
  if (speaker === undefined) return err("kind-unknown");
  const store = speaker.open({ workplace, rest, sshOptions });
  if (store === null) return err("no-address");
  const there = await workplace.run({ argv: ["sh", "-c", 'command -v "$1"', "sh", speaker.program] });
  return there.code === 0 ? ok(store) : err("no-program");
}

interface Opening {
  readonly workplace: Workplace;
  /** the address without its kind */
  readonly rest: string;
  readonly sshOptions: readonly string[];
}

interface Speaker {
  /** what the writer's machine needs */
  readonly program: string;
  /** null: the address cannot be read */
  readonly open: (opening: Opening) => CanaryStore | null;
}

const speakers: Readonly<Record<string, Speaker>> = {
  local: {
    program: "cat",
    open: ({ workplace, rest }) => (rest.startsWith("/") ? localStore(workplace, rest.replace(/\/+$/, "")) : null),
  },
  rest: { program: "curl", open: ({ workplace, rest }) => (URL.canParse(rest) ? restStore(workplace, rest) : null) },
  rclone: { program: "rclone", open: ({ workplace, rest }) => rcloneStore(workplace, rest) },
  sftp: {
    program: "sftp",
    open({ workplace, rest, sshOptions }) {
      const address = readSftpAddress(rest);
      return address === null ? null : sftpStore(workplace, address, sshOptions);
    },
  },
};
