import fs from "node:fs";

/** Something that runs on a host, as its own commands start, end and find it. */
export interface Service {
  readonly name: string;
  readonly on: string;
  /** further names it may be called by */
  readonly called?: readonly string[];
  readonly start: string;
  readonly stop: string;
  /** ends with 0 while it runs */
  readonly status: string;
}

const { execPath } = process;

/**
 * Before a service's start: it is no script's, and its intervals do not jump with its clock. Scripts do without the
 * latter, because programs that sleep until a moment cannot sleep with it.
 */
export const asService = "unset LAB_RUN; export FAKETIME_DONT_FAKE_MONOTONIC=1";

interface Daemon {
  readonly start: string;
  /** how pgrep finds it, when not by the service's name as the process's name */
  readonly found?: string;
}

/** A daemon known by its processes' name. */
function daemon(on: string, name: string, { start, found = `-x ${name}` }: Daemon): Service {
  const isThere = `pgrep ${found} >/dev/null`;
  return {
    name,
    on,
    start: `${isThere} || ${start}`,
    stop: `pkill -CONT ${found}; pkill ${found}; for _ in $(seq 15); do ${isThere} || break; sleep 0.2; done; pkill -9 ${found}; :`,
    status: isThere,
  };
}

/** A program of ours, in the background with its number in a file and its words in the shared folder. */
export function background(on: string, name: string, words: readonly string[]): Service {
  const file = `/run/${name}.pid`;
  const alive = `[ -s ${file} ] && kill -0 "$(cat ${file})" 2>/dev/null`;
  return {
    name,
    on,
    start: `${alive} || { setsid ${words.join(" ")} >>/run/lab/logs/${on}-${name}.log 2>&1 </dev/null & echo $! >${file}; }`,
    stop: `${alive} && { pid=$(cat ${file}); kill -CONT $pid; kill $pid; for _ in $(seq 25); do kill -0 $pid 2>/dev/null || break; sleep 0.2; done; kill -9 $pid 2>/dev/null; rm -f ${file}; }; :`,
    status: alive,
  };
}

const cluster = `$(ls /usr/lib/postgresql | sort -n | tail -1) main`;
const postgres = "env -u LD_PRELOAD pg_ctlcluster --skip-systemctl-redirect";
const ssh = (on: string) => ({
  ...daemon(on, "ssh", { start: "{ mkdir -p /run/sshd; /usr/sbin/sshd; }", found: "-x sshd" }),
  called: ["sshd"],
});

export function servicesOf({ repository, programs }: { repository: string; programs: string }): readonly Service[] {
  const node = (name: string): string => `${execPath} ${programs}/doubles/${name}.mjs`;
  const python = ["env", "-u", "LD_PRELOAD", "/usr/bin/python3"];
  return [
    background("web1", "vitals", [...python, `${programs}/vitals.py`, "/run/vitals"]),
    ...shopServices(),
    background("web1", "kernel", [...python, `${programs}/kernel-words.py`]),
    daemon("web2", "nginx", { start: "nginx" }),
    daemon("host3", "nginx", { start: "nginx" }),
    daemon("guest", "nginx", { start: "nginx" }),
    { ...daemon("dns1", "dns", { start: "nsd -c /etc/nsd/nsd.conf", found: "-f '^nsd '" }), called: ["nsd"] },
    { ...daemon("ext1", "chrony", { start: "chronyd -x", found: "-x chronyd" }), called: ["chronyd", "ntp"] },
    background("ext1", "internet", [node("internet")]),
    background("ext1", "visitors", [execPath, `${programs}/load/visitors.mjs`]),
    background("bmc1", "bmc", [node("bmc")]),
    ssh("bk1"),
    background("bk2", "repository", [
      "rclone",
      "serve",
      "restic",
      "--append-only",
      "--addr",
      ":8000",
      "/srv/repository",
    ]),
    background("hub", "beside", [node("hub-side")]),
    background("hub", "hub", hubWords(repository, ["up", "--config", "/run/lab/hub/koboshi.yml", "--lang", "en"])),
    daemon("hub", "nginx", { start: "nginx" }),
    ...["pc1", "office", "va", "vb"].map((name) => background(name, "vantage", vantageWords(repository, name))),
  ];
}

/** What the shop's own machine runs. */
function shopServices(): readonly Service[] {
  return [
    { ...daemon("web1", "syslog", { start: "rsyslogd", found: "-x rsyslogd" }), called: ["rsyslog", "rsyslogd"] },
    {
      name: "db",
      on: "web1",
      called: ["postgresql", "postgres"],
      start: `mkdir -p /run/postgresql; chown postgres:postgres /run/postgresql; ${postgres} ${cluster} status >/dev/null 2>&1 || ${postgres} ${cluster} start`,
      stop: `pkill -CONT -x postgres; ${postgres} ${cluster} stop -m fast >/dev/null 2>&1; pkill -9 -x postgres; :`,
      status: `${postgres} ${cluster} status >/dev/null 2>&1`,
    },
    {
      name: "app",
      on: "web1",
      called: ["shop"],
      start: "shopctl start",
      stop: "shopctl stop",
      status: "shopctl status",
    },
    {
      ...daemon("web1", "web", { start: "apachectl start", found: "-x apache2" }),
      called: ["apache", "apache2", "httpd"],
    },
    {
      name: "postfix",
      on: "web1",
      called: ["smtp"],
      start: "postfix status >/dev/null 2>&1 || postfix start >/dev/null 2>&1",
      stop: "pkill -CONT -x master; postfix status >/dev/null 2>&1 && postfix stop >/dev/null 2>&1; :",
      status: "postfix status >/dev/null 2>&1",
    },
    { ...daemon("web1", "dovecot", { start: "dovecot" }), called: ["pop", "pop3", "imap"] },
    daemon("web1", "cron", { start: "cron" }),
    {
      ...daemon("web1", "chrony", { start: "chronyd -x", found: "-x chronyd" }),
      called: ["chronyd", "ntp", "ntpd"],
    },
    ssh("web1"),
  ];
}

function vantageWords(repository: string, name: string): readonly string[] {
  const words = ["vantage", "--hub", "https://hub.test", "--token-file", `/run/lab/keys/token-${name}`];
  return hubWords(repository, [...words, "--folder", `/var/lib/koboshi-vantage`]);
}

/** From the build when there is one, else from the source. */
function hubWords(repository: string, words: readonly string[]): readonly string[] {
  const trusting = ["env", "NODE_EXTRA_CA_CERTS=/run/lab/keys/root.pem", "NODE_ENV=production"];
  const program = programOf(repository);
  return [...trusting, execPath, ...program, ...words];
}

function programOf(repository: string): readonly string[] {
  const built = `${repository}/dist/cli/main.js`;
  const isBuilt = fs.existsSync(built) && process.env["KOBOSHI_LAB_PROGRAM"] !== "source";
  const loader = `${repository}/node_modules/tsx/dist/loader.mjs`;
  return isBuilt ? [built] : ["--import", loader, `${repository}/src/cli/main.ts`];
}

/** A service by any of its names, on this host if it is here, else wherever it is. `mail` is two of them. */
export function findServices(all: readonly Service[], wanted: string, host: string): readonly Service[] {
  if (wanted === "mail") return all.filter(({ name }) => name === "postfix" || name === "dovecot");
  const named = all.filter(({ name, called = [] }) => name === wanted || called.includes(wanted));
  const here = named.filter(({ on }) => on === host);
  return here.length > 0 ? here : named.slice(0, 1);
}
