import type { BackupPlan, BackupTarget } from "../../kernel/model/backup.ts";
import type { Workplace } from "../workplace/workplace.ts";
import { Secret } from "../../kernel/secret.ts";
import { openTrust } from "./trust.ts";

/** What it takes to open a repository. */
export interface ResticAccess {
  /** as restic writes it; may hold a password */
  readonly repo: string;
  readonly password: Secret;
  /** credentials of a storage that reads them from variables: `AWS_SECRET_ACCESS_KEY` */
  readonly env?: Readonly<Record<string, Secret>>;
  /** the hub's file with authorities trusted instead of the public ones; null or left out: none */
  readonly ca?: string | null;
  /** bits per second; null or left out: not limited */
  readonly upBitsPerSecond?: number | null;
  readonly downBitsPerSecond?: number | null;
  /** restic's own cache; left out: where restic puts it */
  readonly cacheFolder?: string | null;
  /** processors; left out: as many as there are */
  readonly processors?: number;
}

export type Role = "writer" | "reader" | "maintainer";

/**
 * A target opened in a role. A reader's or maintainer's credential is `user:password` for `rest:`, `key id:secret` for
 * `s3:`, else a repository of its own to write instead; without one it is the writer's.
 * @returns null without a password, or with nothing to open
 */
export function accessOf(plan: BackupPlan, target: BackupTarget, role: Role = "writer"): ResticAccess | null {
  if (plan.password === null || target.repo === null) return null;
  const limits = { upBitsPerSecond: plan.limits.upBitsPerSecond, downBitsPerSecond: plan.limits.downBitsPerSecond };
  const ca = target.ca ?? null;
  const base = { repo: target.repo, password: plan.password, ca, ...storageKeys(target.access ?? null), ...limits };
  const own = role === "reader" ? target.reader : role === "maintainer" ? target.maintainer : null;
  return own === null ? base : { ...base, ...withCredential(target, own) };
}

function withCredential(target: BackupTarget, credential: Secret): Pick<ResticAccess, "repo" | "env"> {
  const repo = target.repo ?? "";
  const text = credential.reveal();
  const [name = "", ...rest] = text.split(":");
  if (repo.startsWith("rest:")) {
    const url = new URL(repo.slice(5));
    url.username = encodeURIComponent(name);
    url.password = encodeURIComponent(rest.join(":"));
    return { repo: `rest:${url.href}` };
  }
  if (!repo.startsWith("s3:")) return { repo: text };
  const part = (value: string): Secret => new Secret(value, credential.source);
  const region = target.access?.region ?? null;
  return { repo, ...storageKeys({ id: part(name), secret: part(rest.join(":")), region }) };
}

/** Keys of our own leave nothing to what the surroundings hold of another account. */
function storageKeys(keys: Required<BackupTarget>["access"] | null): Pick<ResticAccess, "env"> {
  if (keys === null) return {};
  const plain = (value: string): Secret => new Secret(value, keys.id.source);
  return {
    env: {
      AWS_ACCESS_KEY_ID: keys.id,
      AWS_SECRET_ACCESS_KEY: keys.secret,
      AWS_SESSION_TOKEN: plain(""),
      ...(keys.region === null ? {} : { AWS_DEFAULT_REGION: plain(keys.region) }),
    },
  };
}

/** A repository that can be asked: its secrets lie in files on the workplace until it is closed. */
export interface OpenRepository {
  readonly workplace: Workplace;
  /** what every restic command gets */
  readonly env: Readonly<Record<string, string>>;
  readonly flags: readonly string[];
  /** priority and processors first */
  readonly program: readonly string[];
  close(): Promise<void>;
}

const bitsPerKibibyte = 8_192;

/**
 * Puts the secrets in place. Addresses with a password in them, too, go by a file: an argument can be read by everyone.
 * @throws KoboshiError KB8026 before anything is put there
 */
export async function openRepository(workplace: Workplace, access: ResticAccess): Promise<OpenRepository> {
  const trust = await openTrust(workplace, access.ca ?? null);
  const password = await workplace.putSecret(access.password.reveal());
  const repo = await workplace.putSecret(access.repo);
  const secrets = Object.entries(access.env ?? {}).map(([name, secret]) => [name, secret.reveal()] as const);
  const processors = access.processors === undefined ? {} : { GOMAXPROCS: String(access.processors) };
  return {
    workplace,
    env: {
      ...Object.fromEntries(secrets),
      ...processors,
      RESTIC_PASSWORD_FILE: password.path,
      RESTIC_REPOSITORY_FILE: repo.path,
      // a line of progress each second, not sixty
      RESTIC_PROGRESS_FPS: "1",
    },
    flags: [
      ...(trust.path === null ? [] : ["--cacert", trust.path]),
      ...limit("--limit-upload", access.upBitsPerSecond),
      ...limit("--limit-download", access.downBitsPerSecond),
      ...(access.cacheFolder === undefined || access.cacheFolder === null ? [] : ["--cache-dir", access.cacheFolder]),
    ],
    program: ["nice", "-n", "10", "ionice", "-c", "3", "restic"],
    async close() {
      await Promise.all([password.remove(), repo.remove(), trust.close()]);
    },
  };
}

function limit(flag: string, bitsPerSecond: number | null | undefined): readonly string[] {
  if (bitsPerSecond === undefined || bitsPerSecond === null) return [];
  return [flag, String(Math.max(1, Math.floor(bitsPerSecond / bitsPerKibibyte)))];
}
