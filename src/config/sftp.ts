import type { PublishTarget } from "../kernel/model/site.ts";
import { advice, draft, prefix, type Draft, type Path, type Sentence } from "./finding.ts";
import type { RootConfig } from "./schema.ts";
import { suggest } from "./suggest.ts";
import { bareHost, decoded } from "./url.ts";

type Publish = NonNullable<RootConfig["status_page"]>["publish"][number];
type Host = RootConfig["hosts"][string];

interface Sftp {
  readonly host: string;
  readonly port: number | null;
  readonly user: string | null;
  readonly path: string;
}

/** Reads `sftp:web2:/var/www/status` or `sftp://user@host:22/var/www/status`. */
export function readSftp(text: string): Sftp | null {
  if (text.startsWith("sftp://")) return URL.canParse(text) ? fromUrl(new URL(text)) : null;
  const match = /^sftp:(?:([^@\s/:]+)@)?([^@\s/:]+):(\S.*)$/.exec(text);
  if (match === null) return null;
  return { host: match[2] ?? "", port: null, user: match[1] ?? null, path: match[3] ?? "" };
}

function fromUrl(url: URL): Sftp | null {
  const host = bareHost(url);
  const path = decoded(url.pathname) ?? "";
  if (host === "" || path.length < 2) return null;
  return { host, port: url.port === "" ? null : Number(url.port), user: decoded(url.username), path };
}

export interface SftpTarget {
  /** null when it is not clear where to go */
  readonly target: PublishTarget | null;
  readonly drafts: readonly Draft[];
}

/** A place to publish by SFTP, with what its host's entry says where the target itself is silent. */
export function compileSftp(entry: Publish, at: Path, config: RootConfig): SftpTarget {
  const path = [...at, "to"];
  const sftp = readSftp(entry.to);
  if (sftp === null)
    return refused({ code: "bad-sftp", path, say: (w) => w.sftpForm(prefix(path)), hint: (w) => w.sftpFormHint });
  const host = Object.hasOwn(config.hosts, sftp.host) ? config.hosts[sftp.host] : undefined;
  if (host === undefined && !/[.:]/.test(sftp.host)) return unknownHost(path, sftp.host, Object.keys(config.hosts));
  const address = host === undefined ? sftp.host : host.address;
  if (address === undefined) {
    return refused({
      code: "sftp-address",
      path,
      say: (w) => w.sftpAddress(sftp.host),
      hint: (w) => w.sftpAddressHint,
    });
  }
  const login = loginOf(entry, sftp, host);
  const target: PublishTarget = {
    kind: "sftp",
    key: entry.to,
    at: entry.at ?? host?.at ?? null,
    host: address,
    ...login,
    user: login.user ?? "koboshi",
    path: sftp.path,
  };
  return { target, drafts: doubts({ path, name: sftp.host, address }, login) };
}

interface Login {
  readonly port: number;
  readonly user: string | null;
  readonly privateKey: Extract<PublishTarget, { kind: "sftp" }>["privateKey"];
  readonly hostKey: string | null;
}

/** What the target says itself, then what its host's entry says. */
function loginOf(entry: Publish, sftp: Sftp, host: Partial<Host> = {}): Login {
  const { port = 22, user = null, host_key: hostKey = null } = host;
  return {
    port: entry.port ?? sftp.port ?? port,
    user: entry.user ?? sftp.user ?? user,
    privateKey: entry.key ?? writingKey(host),
    hostKey: entry.host_key ?? hostKey,
  };
}

/** `keys.act` may write; `key` alone may have to do. */
function writingKey({ key, keys }: Partial<Host>): Login["privateKey"] {
  return keys?.act ?? key ?? null;
}

function doubts({ path, name, address }: { path: Path; name: string; address: string }, login: Login): Draft[] {
  const noUser = advice({ code: "sftp-user", path, say: (w) => w.sftpUser(name), hint: (w) => w.sftpUserHint });
  const noKey = advice({
    code: "no-host-key",
    path,
    say: (w) => w.noHostKey(name),
    hint: (w) => w.noHostKeyHint(address),
  });
  return [...(login.user === null ? [noUser] : []), ...(login.hostKey === null ? [noKey] : [])];
}

function refused(told: Parameters<typeof draft>[0]): SftpTarget {
  return { target: null, drafts: [draft(told)] };
}

function unknownHost(path: Path, name: string, known: readonly string[]): SftpTarget {
  const meant = suggest(name, known);
  const hint: Sentence = (w) => {
    if (meant !== null) return w.didYouMean(meant);
    return known.length === 0 ? w.noneWritten("hosts") : w.writtenAre(known.slice(0, 12).join(", "));
  };
  return refused({ code: "unknown-host", path, say: (w) => w.unknownHost(prefix(path), name), hint });
}
