import { execFileSync } from "node:child_process";
import fs from "node:fs";
import net from "node:net";
import os from "node:os";
import path from "node:path";
import { startDovecot, type Dovecot, type DovecotOptions } from "./dovecot.ts";
import { freePort, until } from "./hub-process.ts";

export interface MailSystem {
  readonly dovecot: Dovecot;
  /** takes mail in for shop.test, and from who logs in for anywhere */
  readonly smtp: number;
  /** Mails in the Maildir of a user, their whole text. */
  mails(user: string): readonly string[];
  /** Puts a mail there as if it had been delivered. */
  plant(user: string, name: string, text: string): void;
  /** Lets Postfix keep what it takes in its queue (true), or deliver again. */
  hold(isHeld: boolean): void;
  stop(): Promise<void>;
}

/** A whole mail server: Postfix delivers shop.test into the Maildirs that a Dovecot of its own serves. */
export async function startMailSystem(options: DovecotOptions & { readonly smtpPort?: number }): Promise<MailSystem> {
  const dovecot = await startDovecot(options);
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "koboshi-mail-system-"));
  fs.chmodSync(folder, 0o755); // its daemons run as other users
  const at = (name: string): string => path.join(folder, name);
  for (const name of ["config", "queue", "data"]) fs.mkdirSync(at(name));
  execFileSync("chown", ["postfix", at("data")]);
  const smtp = options.smtpPort ?? (await freePort());
  fs.writeFileSync(at("config/main.cf"), mainOf(folder, dovecot, Object.keys(options.users)));
  fs.writeFileSync(at("config/master.cf"), masterOf(smtp));
  const postfix = (...words: readonly string[]): void => {
    execFileSync("/usr/sbin/postfix", ["-c", at("config"), ...words], { stdio: "pipe" });
  };
  postfix("start");
  const abort = (): void => postfix("abort");
  process.once("exit", abort);
  await until("postfix greets", () => greets(smtp));
  const inbox = (user: string): string => path.join(dovecot.root, user, "new");
  return {
    dovecot,
    smtp,
    mails: (user) =>
      ["new", "cur"].flatMap((part) => {
        const box = path.join(dovecot.root, user, part);
        return fs.readdirSync(box).map((name) => fs.readFileSync(path.join(box, name), "utf8"));
      }),
    plant(user, name, text) {
      const file = path.join(inbox(user), name);
      fs.writeFileSync(file, text);
      fs.chownSync(file, dovecot.uid, dovecot.uid);
    },
    hold(isHeld) {
      const value = `defer_transports = ${isHeld ? "virtual" : ""}`;
      execFileSync("/usr/sbin/postconf", ["-c", at("config"), "-e", value]);
      postfix("reload");
      if (!isHeld) postfix("flush");
    },
    async stop() {
      process.off("exit", abort);
      abort();
      await dovecot.stop();
      fs.rmSync(folder, { recursive: true, force: true });
    },
  };
}

function mainOf(folder: string, { root, uid, logins }: Dovecot, users: readonly string[]): string {
  return `compatibility_level = 3.6
queue_directory = ${folder}/queue
data_directory = ${folder}/data
maillog_file = ${folder}/mail.log
maillog_file_prefixes = ${folder}
myhostname = mail.shop.test
mydestination =
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
mynetworks =
smtpd_peername_lookup = no
smtpd_error_sleep_time = 0
smtpd_relay_restrictions = permit_sasl_authenticated, reject_unauth_destination
smtpd_sasl_auth_enable = yes
smtpd_sasl_type = dovecot
smtpd_sasl_path = ${logins}
alias_maps =
virtual_mailbox_domains = shop.test
virtual_mailbox_base = ${root}
virtual_mailbox_maps = inline:{ ${users.map((user) => `{ ${user}@shop.test = ${user}/ }`).join(", ")} }
virtual_uid_maps = static:${uid}
virtual_gid_maps = static:${uid}
`;
}

function masterOf(port: number): string {
  return `127.0.0.1:${port} inet n - n - - smtpd
postlog unix-dgram n - n - 1 postlogd
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
anvil unix - - n - 1 anvil
proxymap unix - - n - - proxymap
pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
error unix - - n - - error
retry unix - - n - - error
virtual unix - n n - - virtual
`;
}

function greets(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = net.connect(port, "127.0.0.1");
    socket.once("data", (chunk) => {
      resolve(chunk.toString().startsWith("220 mail.shop.test"));
      socket.destroy();
    });
    socket.once("error", () => resolve(false));
  });
}
