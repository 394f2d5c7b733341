import type { Stamp } from "../../kernel/clock.ts";
import type { HostChanges } from "../../kernel/model/host-service-answers.ts";
import type { Entry } from "../evidence/books.ts";
import { chConf } from "../evidence/ch-conf.ts";
import { chDep } from "../evidence/ch-dep.ts";
import { whyNot, type HostInside } from "../evidence/inside.ts";
import type { PartKind } from "../model.ts";
import type { Gathered } from "./gatherer.ts";
import { hostId } from "./host-inside.ts";
import { isOfService, type HostedService } from "./host-services.ts";
import { noted } from "./noted.ts";

const minuteMs = 60_000;
/** As long before the incident as a change that somebody wrote down counts. */
const backMs = { conf: 60 * minuteMs, dep: 120 * minuteMs };
const lateMs = 2 * minuteMs;

/** Whose settings lie where; what is of no program's is the machine's own. */
const homes: readonly (readonly [RegExp, readonly PartKind[]])[] = [
  [/^\/(?:usr\/local\/)?etc\/(?:apache2|httpd|nginx|lighttpd|caddy|haproxy|php|letsencrypt|ssl)(?:\/|$)/, ["web"]],
  [/^\/(?:usr\/local\/)?etc\/(?:postgresql|mysql|mariadb|my\.cnf|redis|mongod)/, ["db"]],
  [/^\/(?:usr\/local\/)?etc\/(?:postfix|dovecot|exim4?|opendkim|mail|aliases|amavis|rspamd)/, ["mail"]],
];
/** What runs from there is programs; what they write for themselves is not. */
const programs = /^\/(?:var\/www|srv|opt|usr\/share\/nginx\/html)\//;
const written =
  /(?:^|\/)(?:cache|caches|tmp|temp|sessions?|uploads?|logs?|storage|node_modules\/\.cache)\/|\.(?:log|pid|sock|lock|tmp|swp)$/i;
/** Kept up by the system itself. */
const unmeant =
  /^\/etc\/(?:mtab|resolv\.conf|adjtime|ld\.so\.cache|machine-id|hostname|hosts|passwd-?|group-?|shadow-?|gshadow-?|subuid-?|subgid-?|\.pwd\.lock|cups\/|ssl\/certs\/|alternatives\/|rc\d\.d\/|init\.d\/)/;

export interface ChangedFiles {
  readonly host: string;
  readonly inside: HostInside;
  readonly services: readonly HostedService[];
  readonly at: Stamp;
}

/**
 * What changed on a machine just before, by its own files and its package manager: also what nobody wrote down. A file's time is what
 * its last writer left, so an old one proves nothing of a program that keeps times; many do not.
 */
export function changedFiles({ host, inside, services, at }: ChangedFiles): readonly Gathered[] {
  const { changed } = inside.answers;
  if (changed === null || inside.answers.unobserved["changed"] !== undefined) {
    const why = whyNot(inside.answers, "changed");
    return changeTells(hostId(host), services).map((tell) => noted({ ...tell, at }, why));
  }
  const told = (id: string, target: ReturnType<typeof hostId>, entries: readonly Entry[]): Gathered =>
    noted(
      { evidence: id, target, vantage: null, at },
      (id === chConf.id ? chConf : chDep).read({ entries, isKept: true }),
    );
  const settings = entriesOf(
    inside,
    changed.files.filter(({ path }) => !programs.test(path) && !unmeant.test(path)),
    backMs.conf,
  );
  const releases = entriesOf(
    inside,
    changed.files.filter(({ path }) => programs.test(path) && !written.test(path)),
    backMs.dep,
  );
  const packages = packagesOf(inside, changed);
  return [
    told(
      chConf.id,
      hostId(host),
      settings.filter(({ text }) => kindsOf(text) === null),
    ),
    ...services.flatMap((service) => [
      told(
        chConf.id,
        service.id,
        settings.filter(({ text }) => belongs(text, service)),
      ),
      told(chDep.id, service.id, [
        ...releases.filter(({ text }) => isReleasedTo(text, service)),
        ...packages.filter(({ text }) => isOfService(service)(text.split(/[ :]/)[1] ?? "")),
      ]),
    ]),
  ];
}

/** What would be told of a machine and its services. */
export function changeTells(
  host: ReturnType<typeof hostId>,
  services: readonly HostedService[],
): readonly { readonly evidence: string; readonly target: ReturnType<typeof hostId>; readonly vantage: null }[] {
  return [
    { evidence: chConf.id, target: host, vantage: null },
    ...services.flatMap(({ id: target }) =>
      [chConf.id, chDep.id].map((evidence) => ({ evidence, target, vantage: null })),
    ),
  ];
}

function kindsOf(path: string): readonly PartKind[] | null {
  return homes.find(([pattern]) => pattern.test(path))?.[1] ?? null;
}

function belongs(path: string, { kinds, key }: HostedService): boolean {
  const of = kindsOf(path);
  if (of !== null) return of.some((kind) => kinds.includes(kind));
  return path.split("/").includes(key);
}

/** Pages belong to who serves them, programs to who runs them. */
function isReleasedTo(path: string, { kinds }: HostedService): boolean {
  const isPage = /^\/(?:var\/www|usr\/share\/nginx\/html)\//.test(path);
  return kinds.includes("app") || (isPage && kinds.includes("web"));
}

/** In the time that counts, by the machine's own clock. */
function entriesOf(inside: HostInside, files: HostChanges["files"], back: number): readonly Entry[] {
  return files
    .map(({ path, atMs }) => ({ text: path, atMs: atMs - inside.aheadMs }))
    .filter(({ atMs }) => atMs >= inside.startedAtMs - back && atMs <= inside.startedAtMs + lateMs);
}

/** `upgrade openssl:amd64 3.0.15 3.0.16` */
function packagesOf(inside: HostInside, { packages }: HostChanges): readonly Entry[] {
  return packages
    .flatMap(({ atMs, text }) => (atMs === null ? [] : [{ text, atMs: atMs - inside.aheadMs }]))
    .filter(({ atMs }) => atMs >= inside.startedAtMs - backMs.dep && atMs <= inside.startedAtMs + lateMs);
}
