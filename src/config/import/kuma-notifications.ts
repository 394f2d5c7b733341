import { oneLine, isMap, isYes, jsonOf, numberOf, textOf } from "./text.ts";
import type { Move, Values } from "./move.ts";

/** Puts Uptime Kuma's notifications in: mail with its recipients, and webhooks; every other kind is listed. */
export function moveNotifications(rows: readonly Values[], move: Move): void {
  for (const row of rows) {
    const config = isMap(row["config"]) ? row["config"] : jsonOf(row["config"]);
    const name = textOf(row["name"]) || "notification";
    const what = `notification ${textOf(row["id"])} «${name}»`;
    if (!isMap(config)) move.left(what, "incomplete", "config");
    else if (row["active"] !== undefined && !isYes(row["active"])) move.left(what, "paused");
    else if (config["type"] === "smtp") moveMail(name, config, move);
    else if (config["type"] === "webhook") moveWebhook(name, move, what);
    else move.left(what, "channel", textOf(config["type"]));
  }
}

function moveMail(name: string, config: Values, move: Move): void {
  const [host, port] = [textOf(config["smtpHost"]), numberOf(config["smtpPort"])];
  if (!/^[^\s:/@[\]]+$/.test(host)) {
    move.left(`notification «${name}»`, "incomplete", "smtpHost");
    return;
  }
  const isImplicit = isYes(config["smtpSecure"]);
  const [user, from] = [textOf(config["smtpUsername"]), oneLine(textOf(config["smtpFrom"]), 200)];
  const hasPassword = textOf(config["smtpPassword"]) !== "";
  move.channel({
    name: `mail-${name}`,
    value: {
      kind: "mail",
      smtp: `${isImplicit ? "smtps" : "smtp"}://${host}:${port ?? (isImplicit ? 465 : 25)}`,
      ...(user === "" ? {} : { user }),
      ...(hasPassword ? { password: move.secret({ owner: name, purpose: "smtp password" }) } : {}),
      ...(from === "" ? {} : { from }),
    },
  });
  for (const part of ["smtpTo", "smtpCC", "smtpBCC"])
    for (const mail of addressesOf(textOf(config[part]))) move.person({ name: mail.split("@")[0] ?? "person", mail });
}

/** `Aiko <aiko@example.jp>, ben@example.jp` → the addresses. */
export function addressesOf(written: string): readonly string[] {
  return written
    .slice(0, 20_000)
    .split(/[,;]/)
    .map((part) => /<([^<>]*)>/.exec(part)?.[1] ?? part)
    .map((part) => part.trim())
    .filter((mail) => /^[^\s@<>"]{1,64}@[^\s@<>"]{1,190}$/.test(mail))
    .slice(0, 100);
}

function moveWebhook(name: string, move: Move, what: string): void {
  const webhook = move.secret({ owner: name, purpose: "webhook url", form: "https://…" });
  move.channel({ name: `hook-${name}`, value: { kind: "webhook", webhook } });
  move.left(what, "setting", "body, headers");
}
