/** A program and the whole of its arguments. sudo matches them letter by letter; `[a-z]` and `[0-9]` stand for one character. */
type Permitted = readonly [program: string, args: string];

const searched = ["/usr/bin", "/bin", "/usr/sbin", "/sbin"];
const disks = ["sd[a-z]", "sd[a-z][a-z]", "nvme[0-9]", "nvme[0-9][0-9]"];
const jails = ["sshd", "recidive", "postfix", "postfix-sasl", "dovecot", "apache-auth", "nginx-http-auth"];

/** All that the host script may ask root for. Each of them only prints. */
const permitted: readonly Permitted[] = [
  ["ss", "-lntup"],
  ["netstat", "-lntup"],
  ["chronyc", "-n -c tracking"],
  ["chronyc", "-n -c sources"],
  ["grep", "-rn . /var/spool/cron"],
  ["dmesg", "-r"],
  ["nft", "list ruleset"],
  ["iptables-save", '""'],
  ["ip6tables-save", '""'],
  ["fail2ban-client", "status"],
  ...jails.map((jail): Permitted => ["fail2ban-client", `status ${jail}`]),
  ...disks.map((disk): Permitted => ["smartctl", `-n standby -H -A /dev/${disk}`]),
  ["apachectl", "-t"],
  ["nginx", "-t"],
  ["postqueue", "-j"],
  ["exim4", "-bpc"],
  ["doveadm", "who"],
  ["doveadm", "quota get -A"],
  ["tail", "-c 400000 /var/log/auth.log"],
  ["tail", "-c 400000 /var/log/secure"],
];

/** What stands for a user in sudoers without any quoting. */
export const sudoersUserForm = /^[A-Za-z_][\w-]{0,31}$/;

/**
 * The sudoers file of `sudo: listed`: commands with all of their arguments, none of which changes anything.
 * @throws TypeError for a user name that sudoers would read as something else
 */
export function hostSudoers(user: string): string {
  if (!sudoersUserForm.test(user)) throw new TypeError("not a user name for sudoers");
  const commands = permitted.flatMap(([program, args]) => searched.map((folder) => `${folder}/${program} ${args}`));
  return [
    "# What koboshi may read as root on this machine (hosts.*.sudo: listed). Exact commands: none of them writes.",
    "# Keep it as /etc/sudoers.d/koboshi, owner root, mode 0440; check it with: visudo -c -f /etc/sudoers.d/koboshi",
    `Defaults:${user} !requiretty, !lecture`,
    `Cmnd_Alias KOBOSHI_READ = ${commands.join(", \\\n    ")}`,
    `${user} ALL = (root) NOPASSWD: KOBOSHI_READ`,
    "",
  ].join("\n");
}
