import { commandNames } from "./commands.ts";

/** A clock of its own for one host: the file says how far off it is, programs read it every second. */
const ownClock = {
  LD_PRELOAD: "/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1",
  FAKETIME_TIMESTAMP_FILE: "/etc/faketimerc",
  FAKETIME_CACHE_DURATION: "1",
};

/** The variables every script gets, on every host the same but for the clock. */
export function scriptVariables(host: string): Readonly<Record<string, string>> {
  return {
    SITE_URL: "https://shop.test/",
    SITE_CERT: "/etc/ssl/shop/fullchain.pem",
    SITE_KEY: "/etc/ssl/private/shop.key",
    APP_DATA: "/var/lib/shop/sessions",
    MAIL_SPOOL: "/var/spool/mail",
    APP_PID: "/run/shop/app.pid",
    APACHE_PID: "/run/apache2/apache2.pid",
    DB_PID: "/run/postgresql/15-main.pid",
    DOVECOT_PID: "/run/dovecot/master.pid",
    POSTFIX_PID: "/var/spool/postfix/pid/master.pid",
    ...Object.fromEntries(commandNames.map((name) => [name, `/usr/local/bin/${name}`])),
    ...(host === "web1" ? ownClock : {}),
  };
}
