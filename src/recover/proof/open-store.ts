import type { Clock } from "../../kernel/clock.ts";
import { err, ok, type Result } from "../../kernel/result.ts";
import type { ResticAccess } from "../restic/access.ts";
import type { Workplace } from "../workplace/workplace.ts";
import { localStore } from "./local.ts";
import { rcloneStore } from "./rclone.ts";
import { restStore } from "./rest.ts";
import { s3Caller, type S3Keys } from "./s3-call.ts";
import { readS3Address } from "./s3-address.ts";
import { s3Store } from "./s3.ts";
import { readSftpAddress, sftpStore } from "./sftp.ts";
import type { CanaryStore, NotTried, Written } from "./store.ts";

/** Where a repository lies and what opens its storage, as restic gets them. */
export interface StoreAddress extends Pick<ResticAccess, "repo" | "env" | "ca"> {
  /** further options of ssh for an SFTP server */
  readonly sshOptions?: readonly string[];
}

interface StoreDeps {
  readonly clock: Clock;
  /** the writer's machine */
  readonly workplace: Workplace;
  readonly written: Written;
  /** file over there with authorities of one's own; null: none */
  readonly ca: string | null;
}

/** The storage behind a repository's address, reached from the writer's machine. Other clouds than S3 are not spoken here. */
export async function openStore(
  deps: StoreDeps,
  { repo, env = {}, sshOptions = [] }: StoreAddress,
): Promise<Result<CanaryStore, NotTried>> {
  const [, kind = "local", rest = repo] = /^(rest|sftp|rclone|local|s3|swift|b2|azure|gs):(.*)$/s.exec(repo) ?? [];
  const speaker = speakers[kind];
  if (speaker === undefined) return err("kind-unknown");
  const store = speaker.open({ ...deps, rest, env, sshOptions });
  if (typeof store === "string") return err(store);
  const there = await deps.workplace.run({ argv: ["sh", "-c", 'command -v "$1"', "sh", speaker.program] });
  return there.code === 0 ? ok(store) : err("no-program");
}

interface Opening extends StoreDeps {
  /** the address without its kind */
  readonly rest: string;
  readonly env: NonNullable<StoreAddress["env"]>;
  readonly sshOptions: readonly string[];
}

interface Speaker {
  /** what the writer's machine needs */
  readonly program: string;
  readonly open: (opening: Opening) => CanaryStore | "no-address" | "no-keys";
}

const speakers: Readonly<Record<string, Speaker>> = {
  local: {
    program: "cat",
    open: ({ workplace, rest }) =>
      rest.startsWith("/") ? localStore(workplace, rest.replace(/\/+$/, "")) : "no-address",
  },
  rest: {
    program: "curl",
    open: ({ workplace, rest, ca }) => (URL.canParse(rest) ? restStore(workplace, rest, ca) : "no-address"),
  },
  rclone: { program: "rclone", open: ({ workplace, rest }) => rcloneStore(workplace, rest) },
  s3: {
    program: "curl",
    open({ clock, workplace, rest, env, written, ca }) {
      const address = readS3Address(rest);
      const keys = keysOf(env);
      if (address === null) return "no-address";
      if (keys === null) return "no-keys";
      const call = s3Caller({ clock, workplace, address, keys, ca });
      return s3Store({ clock, call, folder: address.folder, written });
    },
  },
  sftp: {
    program: "sftp",
    open({ workplace, rest, sshOptions }) {
      const address = readSftpAddress(rest);
      return address === null ? "no-address" : sftpStore(workplace, address, sshOptions);
    },
  },
};

function keysOf(env: Opening["env"]): S3Keys | null {
  const { AWS_ACCESS_KEY_ID: id, AWS_SECRET_ACCESS_KEY: secret, AWS_DEFAULT_REGION: region } = env;
  return id === undefined || secret === undefined ? null : { id, secret, region: region?.reveal() ?? null };
}
