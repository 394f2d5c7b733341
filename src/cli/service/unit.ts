export interface UnitFacts {
  /** the program and its first arguments: Node and our entry, or the launcher of the archive */
  readonly command: readonly string[];
  readonly configPath: string;
  readonly dataFolder: string;
  readonly user: string;
}

/** First line of every unit we write: one without it is somebody else's and is left alone. */
export const unitMark = "# written by koboshi up --service";

/**
 * The systemd unit of a hub with a user of its own. It may write its data and its configuration, nothing else. Privileges
 * through set-group-id programs stay possible: sendmail's own drop needs them; ping gets its capability from here.
 */
export function systemdUnit({ command, configPath, dataFolder, user }: UnitFacts): string {
  const folder = configPath.slice(0, configPath.lastIndexOf("/")) || "/";
  const start = [...command, "up", "--config", configPath].map(quoted).join(" ");
  return `${unitMark}
[Unit]
Description=koboshi: watches, tells, brings back
Wants=network-online.target
After=network-online.target
StartLimitIntervalSec=0

[Service]
User=${user}
Group=${user}
ExecStart=${start}
ExecReload=/bin/kill -HUP $MAINPID
Restart=always
RestartSec=2
TimeoutStopSec=30
LimitNOFILE=65536
OOMScoreAdjust=-500
AmbientCapabilities=CAP_NET_RAW CAP_NET_BIND_SERVICE
ProtectSystem=strict
ReadWritePaths=${quoted(dataFolder)} ${quoted(folder)}
ProtectHome=read-only
PrivateTmp=yes
ProtectKernelModules=yes
ProtectKernelTunables=yes
ProtectControlGroups=yes
RestrictRealtime=yes
UMask=0077

[Install]
WantedBy=multi-user.target
`;
}

/** As systemd reads a word: quotes and backslashes escaped, `%` and `$` doubled. */
function quoted(word: string): string {
  const safe = word.replace(/[\\"]/g, "\\$&").replaceAll("%", "%%").replaceAll("$", "$$$$");
  return /^[\w@%+=:,./-]+$/.test(safe) ? safe : `"${safe}"`;
}
