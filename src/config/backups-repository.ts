import type { BackupPlan, BackupTarget } from "../kernel/model/backup.ts";
import { advice, draft, note, type Draft, type Path, type Sentence } from "./finding.ts";
import type { RootConfig } from "./schema.ts";

export interface WrittenRepository {
  readonly written: string | undefined;
  readonly tool: Exclude<BackupPlan["with"], "external">;
  /** where it lies; undefined: the file has no such place */
  readonly place: RootConfig["places"][string] | undefined;
  /** of the entry of `to:` */
  readonly at: Path;
  tell(found: Draft): void;
}

interface Repository {
  readonly repo: string | null;
  readonly access: NonNullable<BackupTarget["access"]> | null;
  /** the hub's file with authorities trusted instead of the public ones */
  readonly ca: string | null;
}

/** What restic's own names of repositories begin with; borg's are a path, `ssh://…` or `user@host:path`. */
const resticForms = /^(?:sftp|rest|s3|rclone|b2|azure|gs|swift|local):./;
const borgForms = /^(?:ssh:\/\/|[^\s/:]+@[^\s/:]+:)./;

/** A repository as the tool wants it named: of an object store, with the endpoint and keys of its place. */
export function compileRepository({ written, tool, place, at, tell }: WrittenRepository): Repository {
  if (written === undefined) {
    tell(advice({ code: "no-repository", path: at, say: (w) => w.noRepository, hint: (w) => w.repositoryForms }));
    return { repo: null, access: null, ca: null };
  }
  const known = tool === "restic" ? resticForms : borgForms;
  if (!/^\.{0,2}\//.test(written) && !known.test(written)) {
    const say: Sentence = (w) => w.badRepository(written);
    tell(draft({ code: "bad-repository", path: [...at, "repo"], say, hint: (w) => w.repositoryForms }));
  }
  const ca = place?.ca ?? null;
  if (!written.startsWith("s3:")) return { repo: written, access: null, ca: written.startsWith("rest:") ? ca : null };
  return { repo: withEndpoint(written, { place, at, tell }), access: keysOf({ place, at, tell }), ca };
}

/** `s3:bucket/folder` with the place's `endpoint` is `s3:https://endpoint/bucket/folder`; one that names its host stays. */
function withEndpoint(written: string, { place, at, tell }: Pick<WrittenRepository, "place" | "at" | "tell">): string {
  const rest = written.slice("s3:".length);
  const [first = ""] = rest.split("/");
  if (/^https?:/.test(rest) || first.includes(".") || first.includes(":")) return written;
  if (place?.endpoint !== undefined) return `s3:${place.endpoint.replace(/\/+$/, "")}/${rest}`;
  tell(note("s3-no-endpoint", [...at, "repo"], [(w) => w.noEndpoint(first), (w) => w.noEndpointHint]));
  return written;
}

/** What signs a request is a name in small letters; the region of a place may be any word. */
const regionName = /^[a-z0-9][a-z0-9-]*$/;

function keysOf({ place, at, tell }: Pick<WrittenRepository, "place" | "at" | "tell">): Repository["access"] {
  const { access_key: id, secret_key: secret, region = "", endpoint } = place ?? {};
  if (id !== undefined && secret !== undefined) return { id, secret, region: regionName.test(region) ? region : null };
  const path = [...at, "repo"];
  if (id !== undefined || secret !== undefined) {
    const missing = id === undefined ? "access_key" : "secret_key";
    tell(draft({ code: "s3-half-keys", path, say: (w) => w.halfKeys(missing), hint: (w) => w.halfKeysHint(missing) }));
  } else if (endpoint !== undefined) tell(note("s3-no-keys", path, [(w) => w.noKeys, (w) => w.noKeysHint]));
  return null;
}
