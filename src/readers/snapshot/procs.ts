import { tagged, type HostSection } from "../host/frame.ts";
import { entries, type Entries } from "./entries.ts";

/** What starts services and keeps them, besides init. */
const keeper = /^(?:supervisord?|runsv|runsvdir|s6-svscan|s6-supervise|supervise|svscan|monit)$/;
/** Shells, single commands, and what a login brings; also our own look. */
const passing =
  /^(?:gone|kthreadd|kworker.*|\(sd-pam\)|ba?sh|dash|zsh|ksh|fish|busybox|sh|su|sudo|sleep|cat|sed|grep|awk|gawk|mawk|head|tail|sort|timeout|nice|renice|ps|ss|df|ssh|scp|sftp-server|screen|tmux.*|gpg-agent|ssh-agent|dbus-launch|at-spi.*|gvfs.*|conmon|containerd-shim.*|docker-proxy|runc.*|crun|run-parts|apt.*|dpkg.*|yum|dnf|rpm|packagekitd|fwupd|polkitd|udisksd|upowerd|systemd-(?:hostname|timedate|locale|import|coredum|ask-pas).*|memfd:.*)$/;

/** Presence only, and only of what init or a supervisor keeps: the rest comes and goes with the work of the day. */
export function procsOf({ lines }: HostSection): Entries {
  const users = new Map(tagged(lines, "w").map((row) => splitOnce(row)));
  const rows = tagged(lines, "n").flatMap((row) => {
    const [, pid = "", parent = "", uid = "", name = ""] = /^(\d+) (\d+) (\d+) (.*)$/.exec(row) ?? [];
    return name === "" ? [] : [{ pid, parent, uid, name: name.slice(0, 60) }];
  });
  const keepers = new Set(rows.filter(({ name }) => keeper.test(name)).map(({ pid }) => pid));
  const kept = rows.filter(({ parent, name, uid }) => {
    if (passing.test(name) || (name === "systemd" && uid !== "0")) return false;
    return parent === "0" || parent === "1" || keepers.has(parent);
  });
  return entries(kept.map(({ uid, name }) => [`proc ${users.get(uid) ?? uid} ${name}`, ""] as const));
}

function splitOnce(row: string): readonly [string, string] {
  const at = row.indexOf(" ");
  return [row.slice(0, at), row.slice(at + 1)];
}
