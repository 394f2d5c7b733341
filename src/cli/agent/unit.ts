export interface AgentUnitFacts {
  /** the program and its first arguments: Node and our entry, or the launcher of the archive */
  readonly command: readonly string[];
  readonly hubUrl: string;
  readonly host: string;
  /** absolute */
  readonly tokenFile: string;
  readonly every: string;
  readonly plainHttp: boolean;
  /** places besides /var/log whose logs may be sent; absolute */
  readonly logs: readonly string[];
}

export const agentUnitPath = "/etc/systemd/system/koboshi-agent.service";
/** First line of every unit we write: one without it is somebody else's and is left alone. */
export const agentUnitMark = "# written by koboshi agent --service";

/**
 * The systemd unit of an agent. It may read everything and write nothing but the lines
 * that wait for the hub, by its capabilities alone: settings that give a
 * service file systems of its own would make it report those, not the machine's.
 */
export function agentUnit({ command, hubUrl, host, tokenFile, every, plainHttp, logs }: AgentUnitFacts): string {
  const words = ["agent", "--hub", hubUrl, "--name", host, "--token-file", tokenFile, "--every", every];
  const more = [...(plainHttp ? ["--plain-http"] : []), ...logs.flatMap((place) => ["--logs", place])];
  const start = [...command, ...words, ...more].map(quoted).join(" ");
  return `${agentUnitMark}
[Unit]
Description=koboshi agent: sends how this machine is
Wants=network-online.target
After=network-online.target
StartLimitIntervalSec=0

[Service]
ExecStart=${start}
StateDirectory=koboshi-agent
StateDirectoryMode=0700
Restart=always
RestartSec=10
Nice=10
NoNewPrivileges=yes
CapabilityBoundingSet=CAP_DAC_READ_SEARCH CAP_SYS_PTRACE CAP_SYSLOG CAP_NET_ADMIN
RestrictRealtime=yes
RestrictSUIDSGID=yes
LockPersonality=yes
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
