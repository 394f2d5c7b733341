import { execFileSync, spawnSync } from "node:child_process";
import fs from "node:fs";

/** Debian packages the company is made of, each with a file that shows it is there. */
export const labPackages: Readonly<Record<string, string>> = {
  apache2: "/usr/sbin/apachectl",
  "nginx-light": "/usr/sbin/nginx",
  postgresql: "/usr/bin/pg_createcluster",
  postfix: "/usr/sbin/postfix",
  restic: "/usr/bin/restic",
  "dovecot-imapd": "/usr/lib/dovecot/imap",
  "dovecot-pop3d": "/usr/lib/dovecot/pop3",
  cron: "/usr/sbin/cron",
  chrony: "/usr/sbin/chronyd",
  rsyslog: "/usr/sbin/rsyslogd",
  "openssh-server": "/usr/sbin/sshd",
  "openssh-client": "/usr/bin/ssh-keygen",
  nsd: "/usr/sbin/nsd",
  rclone: "/usr/bin/rclone",
  libfaketime: "/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1",
  iproute2: "/usr/sbin/ip",
  "iputils-ping": "/usr/bin/ping",
  nftables: "/usr/sbin/nft",
  iptables: "/usr/sbin/iptables",
  ethtool: "/usr/sbin/ethtool",
  openssl: "/usr/bin/openssl",
  python3: "/usr/bin/python3",
  curl: "/usr/bin/curl",
  procps: "/usr/bin/pgrep",
  strace: "/usr/bin/strace",
  sudo: "/usr/bin/sudo",
};

/** Installs what is missing, without starting a daemon: a policy-rc.d of ours answers 101 meanwhile, unless one was there. */
export function installMissing(log: (line: string) => void): void {
  const missing = Object.entries(labPackages).filter(
    ([, file]) => !fs.existsSync(file) && !fs.existsSync(file.replace("/usr/", "/")),
  );
  if (missing.length === 0) return;
  const names = missing.map(([name]) => name);
  log(`installing ${names.join(" ")}`);
  const policy = "/usr/sbin/policy-rc.d";
  const isOurs = !fs.existsSync(policy);
  if (isOurs) fs.writeFileSync(policy, "#!/bin/sh\nexit 101\n", { mode: 0o755 });
  try {
    const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
    spawnSync("apt-get", ["update", "-qq"], { stdio: ["ignore", "ignore", "inherit"], env });
    execFileSync("apt-get", ["install", "-y", "-qq", "--no-install-recommends", ...names], {
      stdio: ["ignore", "ignore", "inherit"],
      env,
    });
  } finally {
    if (isOurs) fs.rmSync(policy, { force: true });
  }
}
