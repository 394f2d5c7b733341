// What programs and their data say of themselves, each a part of `HostAnswers`.

export interface UsedOf {
  readonly used: number;
  /** null: none is set */
  readonly limit: number | null;
}

export interface HostWeb {
  /** what the program says of its configuration; null: it is not there, or not to be asked without root */
  readonly apache: HostConfigTest | null;
  readonly nginx: HostConfigTest | null;
  readonly workers: { readonly busy: number; readonly idle: number; readonly most: number } | null;
  /** how long a proxy waits for what stands behind it */
  readonly timeouts: readonly HostWebTimeout[];
  /** `MaxRequestWorkers`, `worker_connections` … as written */
  readonly sizes: readonly { readonly setting: string; readonly value: string; readonly where: string }[];
}

export interface HostConfigTest {
  readonly isFine: boolean;
  /** its own words */
  readonly said: string;
}

export interface HostWebTimeout {
  readonly program: "apache" | "nginx" | "php-fpm";
  readonly setting: string;
  readonly seconds: number;
  /** `/etc/nginx/nginx.conf:31`; null: nobody wrote it, it is the program's default */
  readonly where: string | null;
  /** the setting it comes from, when it was not written itself: `Timeout` */
  readonly inheritedFrom: string | null;
}

/** A pool of PHP's process manager. */
export interface HostFpmPool {
  readonly name: string;
  /** socket or address it takes requests at, as written */
  readonly listen: string;
  /** requests that nobody has taken up yet, and how many may wait; `closed`: nobody listens there · null: not to be seen */
  readonly door: { readonly waiting: number; readonly room: number } | "closed" | null;
  /** processes there are, busy or not */
  readonly children: number;
  /** `pm.max_children`, with the line that says so; null: not written */
  readonly most: { readonly children: number; readonly where: string } | null;
  /** its own word; null: it has no status page, did not answer in time, or may not be asked without root */
  readonly status: {
    readonly active: number;
    readonly idle: number;
    readonly waiting: number;
    /** since it started */
    readonly maxReached: number;
  } | null;
  /** `request_terminate_timeout` and `max_execution_time`, as far as they are set */
  readonly timeouts: readonly HostWebTimeout[];
  /** of its slow log, most frequent first */
  readonly slowScripts: readonly { readonly path: string; readonly count: number }[];
}

/** A program behind a web server, asked on that machine past the web server. */
export interface HostDirect {
  /** `127.0.0.1:8080`, `/run/app.sock` */
  readonly backend: string;
  readonly page: string;
  /** the page is one that a check asks for, too; else it is the first there is */
  readonly isCheckedPage: boolean;
  /** `silent`: it took the connection and said nothing in time · `no-connection`: it did not take it in time */
  readonly outcome: "answered" | "refused" | "no-connection" | "silent" | "cut-off";
  /** null: it did not answer */
  readonly status: number | null;
  readonly totalMs: number;
}

export interface HostDatabase {
  readonly kind: "postgres" | "mysql";
  /** port of the socket; null: the usual one */
  readonly port: number | null;
  /** `denied`: it runs and does not let us look; `full`: no connection is left */
  readonly state: "up" | "denied" | "full" | "starting" | "refused" | "timeout" | "unclear";
  /** its own words when it is not up */
  readonly said: string;
  readonly version: string | null;
  readonly connections: UsedOf | null;
  readonly longestQueryMs: number | null;
  /** sessions waiting for a lock */
  readonly lockWaits: number | null;
  /** sessions that hold a transaction open and do nothing; null where it does not say */
  readonly idleInTransaction: number | null;
  /** it takes no writes: a replica, or set so */
  readonly isReadOnly: boolean | null;
}

export interface HostMail {
  /** mails by queue: `active`, `deferred`, `hold` …; null: not to be seen */
  readonly queues: Readonly<Record<string, number>> | null;
  readonly oldestAtMs: number | null;
  /** most frequent first, addresses as they are */
  readonly reasons: readonly { readonly count: number; readonly text: string }[];
  readonly senders: readonly { readonly count: number; readonly text: string }[];
  /** logged in by IMAP and POP3; null: not to be seen */
  readonly sessions: { readonly users: number; readonly connections: number } | null;
  /** fullest first; null: not to be seen, or no quotas */
  readonly quotas: readonly { readonly user: string; readonly usedRatio: number }[] | null;
}

export interface HostChanges {
  /** below /etc, /srv, /opt and the web roots in the last two hours, newest first, at most 30 */
  readonly files: readonly { readonly path: string; readonly atMs: number }[];
  /** newest first */
  readonly packages: readonly { readonly atMs: number | null; readonly text: string }[];
}

/** A folder or file whose being there is watched, or a folder right in one. */
export interface HostFolder {
  readonly path: string;
  readonly state: "there" | "gone" | "denied" | "slow";
  readonly files: number | null;
  readonly bytes: number | null;
  readonly newestAtMs: number | null;
}

export interface HostIntegrity {
  /** packages of the programs that listen */
  readonly checked: readonly string[];
  readonly differing: readonly {
    readonly path: string;
    readonly kind: "config" | "program";
    readonly change: "content" | "missing" | "attributes";
  }[];
}

export interface HostLogins {
  /** newest first */
  readonly accepted: readonly {
    readonly atMs: number | null;
    readonly user: string;
    readonly from: string;
    readonly method: string;
  }[];
  /** in the part of the record that was read */
  readonly failures: number;
  readonly failuresBy: readonly { readonly from: string; readonly count: number }[];
}
