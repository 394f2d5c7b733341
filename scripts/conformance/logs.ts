// Published cases for log lines: syslog of both kinds, Postfix's messages, and files of many programs.
import fs from "node:fs";
import path from "node:path";
import { createLogContext } from "../../src/readers/logs/formats/moment.ts";
import { postfix } from "../../src/readers/logs/formats/postfix.ts";
import { recogniseFormat } from "../../src/readers/logs/formats/registry.ts";
import { syslog5424 } from "../../src/readers/logs/formats/syslog-5424.ts";
import { syslog } from "../../src/readers/logs/formats/syslog.ts";
import type { LogFormat } from "../../src/readers/logs/formats/format.ts";

interface Case {
  readonly name: string;
  readonly agrees: boolean;
}

const context = createLogContext({ nowMs: () => Date.UTC(2026, 10, 22), zone: "UTC" });

interface SyslogCase {
  readonly input: string;
  readonly valid: boolean;
  readonly expect: Readonly<Record<string, string | number>>;
}

function syslogCases(format: LogFormat): (text: string) => readonly Case[] {
  return (text) =>
    text
      .split("\n")
      .filter((line) => line !== "")
      .map((line) => JSON.parse(line) as SyslogCase)
      .map((one) => ({ name: one.input.slice(0, 60), agrees: agreesWith(format, one) }));
}

function agreesWith(format: LogFormat, { input, valid, expect }: SyslogCase): boolean {
  const record = format.parse(input, context);
  if (record === null || !valid) return (record === null) === !valid;
  const priority = Number(record.fields["facility"]) * 8 + (record.severity ?? Number.NaN);
  const said: Readonly<Record<string, unknown>> = {
    priority,
    hostname: record.host,
    appname: record.program,
    procid: record.fields["pid"],
    msgid: record.fields["msgid"],
    message: record.message,
  };
  return Object.entries(expect).every(([key, value]) => key === "version" || String(said[key]) === String(value));
}

/** A folder as one text, for suites that are many files. */
export function folderText(folder: string): string {
  const names = fs.readdirSync(folder).filter((name) => name !== "LICENSE");
  return JSON.stringify(names.map((name) => [name, fs.readFileSync(path.join(folder, name), "utf8")]));
}

function filesOf(text: string): readonly (readonly [string, string])[] {
  return JSON.parse(text) as [string, string][];
}

/** Their names of what we read too. */
const postfixNames: Readonly<Record<string, string>> = {
  postfix_queueid: "queueId",
  postfix_status: "status",
  postfix_client_ip: "client",
  postfix_client_hostname: "clientName",
  postfix_client_port: "clientPort",
  postfix_relay_hostname: "relayName",
  postfix_relay_ip: "relayAddress",
  postfix_relay_port: "relayPort",
  postfix_message_level: "level",
  postfix_smtp_response: "reply",
  postfix_smtp_stage: "stage",
  postfix_action: "action",
};

/** One case for each value they read that has a name with us. */
function postfixCases(text: string): readonly Case[] {
  return filesOf(text).flatMap(([name, body]) => {
    const line = scalar(/^data: (.*)$/m.exec(body)?.[1] ?? "");
    const program = /^(?:smtp|lmtp|relay)_/.exec(name)?.[0].slice(0, -1) ?? "smtpd";
    const fields = postfix.fields(line, `postfix/${program}`);
    return [...body.matchAll(/^ +(postfix_[\w-]+): (.*)$/gm)].flatMap(([, key = "", written = ""]) => {
      const ours = postfixNames[key];
      if (ours === undefined) return [];
      return [{ name: `${name} ${key}`, agrees: String(fields[ours]) === scalar(written) }];
    });
  });
}

function scalar(written: string): string {
  if (written.startsWith('"')) return JSON.parse(written) as string;
  return written.startsWith("'") ? written.slice(1, -1).replaceAll("''", "'") : written.trim();
}

const expected: Readonly<Record<string, string>> = {
  "logfile_access_log.0": "access",
  "logfile_access_log_dupe.0": "access",
  "logfile_regexp_access_log.0": "access",
  "logfile_bad_syslog.0": "syslog",
  "logfile_dst.0": "syslog",
  "logfile_haproxy.0": "syslog",
  "logfile_partitions.0": "syslog",
  "logfile_pretty.0": "syslog",
  "logfile_rollover.1": "syslog",
  "logfile_syslog.1": "syslog",
  "logfile_syslog.3": "syslog",
  "logfile_syslog_with_access_log.0": "syslog",
  "logfile_syslog_with_mixed_times.0": "syslog",
  "logfile_postgres.1": "postgresql",
  "logfile_bunyan.0": "json",
  "logfile_caddy_log.1": "json",
  "logfile_cloudflare.json": "json",
  "logfile_json.json": "json",
  "logfile_json3.json": "json",
  "logfile_json_subsec.json": "json",
  "logfile_mixed_json2.json": "json",
  "logfile_nested_json.json": "json",
  "logfile_rust_tracing.0": "json",
  "logfile_muxed_syslog.0": "json",
  "logfile_epoch.1": "timed",
  "logfile_generic.0": "timed",
  "logfile_generic.2": "timed",
  "logfile_generic_nanos.0": "timed",
  "logfile_java.1": "timed",
  "logfile_leveltest.0": "timed",
  "logfile_multiline.0": "timed",
  "logfile_laravel.0": "timed",
  "logfile_vpxd.0": "timed",
  "logfile_plain.0": "plain",
  "logfile_empty.0": "plain",
  "logfile_tcsh_history.0": "plain",
};

function sampleCases(text: string): readonly Case[] {
  return filesOf(text).map(([name, body]) => {
    const lines = body.split(/\r?\n/);
    const format = recogniseFormat(lines, context);
    for (const line of lines) format.read(line, context);
    return { name: `${name} (${format.id})`, agrees: format.id === (expected[name] ?? format.id) };
  });
}

export const logSuites = [
  { name: "syslog-rfc3164", file: "conformance/syslog-rfc3164.jsonl", recorded: 4, run: syslogCases(syslog) },
  { name: "syslog-rfc5424", file: "conformance/syslog-rfc5424.jsonl", recorded: 60, run: syslogCases(syslog5424) },
  { name: "postfix-fields", file: "conformance/postfix", recorded: 183, run: postfixCases },
  { name: "log-samples", file: "conformance/lnav-samples", recorded: 59, run: sampleCases },
] as const;
