// The Debian packages the tests talk to. Names what is missing; installs it with KOBOSHI_TEST_INSTALL=1 or in CI.
import { execFileSync, spawnSync } from "node:child_process";
import fs from "node:fs";

const packages: Readonly<Record<string, string>> = {
  "nginx-light": "/usr/sbin/nginx",
  postfix: "/usr/sbin/postfix",
  chromium: "/usr/bin/chromium",
  "openssh-server": "/usr/sbin/sshd",
  "openssh-client": "/usr/bin/ssh-keygen",
  systemd: "/usr/bin/systemd-analyze",
  openssl: "/usr/bin/openssl",
  iproute2: "/usr/sbin/ip",
  "iputils-ping": "/usr/bin/ping",
  prometheus: "/usr/bin/prometheus",
  "prometheus-alertmanager": "/usr/bin/prometheus-alertmanager",
  "prometheus-blackbox-exporter": "/etc/prometheus/blackbox.yml",
  "fonts-noto-cjk": "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc",
  "dovecot-imapd": "/usr/lib/dovecot/imap",
  "dovecot-pop3d": "/usr/lib/dovecot/pop3",
  nsd: "/usr/sbin/nsd",
  unbound: "/usr/sbin/unbound",
  "dnsmasq-base": "/usr/sbin/dnsmasq",
  ldnsutils: "/usr/bin/ldns-signzone",
  chrony: "/usr/sbin/chronyd",
  postgresql: "/usr/bin/pg_ctlcluster",
  "mariadb-server": "/usr/sbin/mariadbd",
  "redis-server": "/usr/bin/redis-server",
  rsyslog: "/usr/sbin/rsyslogd",
  bsdutils: "/usr/bin/logger",
  "monitoring-plugins-basic": "/usr/lib/nagios/plugins/check_disk",
  mawk: "/usr/bin/mawk",
  busybox: "/usr/bin/busybox",
  openipmi: "/usr/bin/ipmi_sim",
  ipmitool: "/usr/bin/ipmitool",
  snmpd: "/usr/sbin/snmpd",
  snmp: "/usr/bin/snmptrap",
  "prometheus-node-exporter": "/usr/bin/prometheus-node-exporter",
  traceroute: "/usr/sbin/traceroute",
  "iputils-tracepath": "/usr/bin/tracepath",
  iptables: "/usr/sbin/iptables",
  faketime: "/usr/bin/faketime",
  cron: "/usr/sbin/cron",
  socat: "/usr/bin/socat",
  "init-system-helpers": "/usr/sbin/update-rc.d",
  apache2: "/usr/sbin/apache2",
  nftables: "/usr/sbin/nft",
  curl: "/usr/bin/curl",
  "util-linux": "/usr/bin/flock",
  sqlite3: "/usr/bin/sqlite3",
  rclone: "/usr/bin/rclone",
  sudo: "/usr/sbin/visudo",
  acl: "/usr/bin/setfacl",
  attr: "/usr/bin/setfattr",
  "libcap2-bin": "/usr/sbin/setcap",
  restic: "/usr/bin/restic",
  borgbackup: "/usr/bin/borg",
  "ceph-mon": "/usr/bin/ceph-mon",
  "ceph-osd": "/usr/bin/ceph-osd",
  radosgw: "/usr/bin/radosgw",
  "php8.2-fpm": "/usr/sbin/php-fpm8.2",
  libfaketime: "/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1",
};

const missing = Object.entries(packages).filter(
  ([, file]) => !fs.existsSync(file) && !fs.existsSync(file.replace("/usr/bin", "/bin")),
);
if (missing.length > 0) {
  const names = missing.map(([name]) => name);
  if (process.env["KOBOSHI_TEST_INSTALL"] !== "1" && process.env["CI"] !== "true") {
    process.stderr.write(
      `The tests talk to real servers; these Debian packages are missing: ${names.join(" ")}\n` +
        `Install them with\n  KOBOSHI_TEST_INSTALL=1 npm test\nor by hand with\n  apt-get install --no-install-recommends ${names.join(" ")}\n`,
    );
    process.exit(69);
  }
  install(names);
}

/** Installs without starting a daemon: a policy-rc.d of ours answers 101 and is taken away again, unless one was there. */
function install(names: readonly string[]): void {
  const policy = "/usr/sbin/policy-rc.d";
  const ours = !fs.existsSync(policy);
  if (ours) fs.writeFileSync(policy, "#!/bin/sh\nexit 101\n", { mode: 0o755 });
  try {
    const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
    spawnSync("apt-get", ["update", "-qq"], { stdio: ["ignore", "ignore", "inherit"], env });
    execFileSync("apt-get", ["install", "-y", "-qq", "--no-install-recommends", ...names], {
      stdio: ["ignore", "ignore", "inherit"],
      env,
    });
  } finally {
    if (ours) fs.rmSync(policy, { force: true });
  }
  console.log(`installed for the tests: ${names.join(" ")}`);
}
