import { catalogue } from "./catalogue.ts";

interface First {
  readonly url: string;
  /** empty: not known yet */
  readonly mail: string;
  /** empty: this machine's own sendmail */
  readonly smtp: string;
}

function body({ url, mail, smtp }: First, comment: { services: string; people: string; mail: string }): string {
  const name = new URL(url).hostname.split(".")[0] || "www";
  const key = /^[a-z][a-z0-9-]*$/.test(name) ? name : "web";
  const person = mail === "" ? "{ }" : `{ me: ${mail} }`;
  const lines = [
    "version: 1",
    `services: { ${key}: ${JSON.stringify(url)} }   # ${comment.services}`,
    `people: ${person}   # ${comment.people}`,
    ...(smtp === "" ? [] : [`notify: { channels: { mail: { smtp: ${JSON.stringify(smtp)} } } }   # ${comment.mail}`]),
  ];
  return `${lines.join("\n")}\n`;
}

/** What `koboshi init` asks, and the file it writes. */
export const initWords = catalogue(
  {
    whatToWatch: "何を見守りますか?(例: www.example.jp)",
    whomToWake: "夜中に起こす宛先は?(例: you@example.jp)",
    file: (first: First) => body(first, { services: "見守るもの", people: "知らせる人", mail: "メールの送り方" }),
  },
  {
    whatToWatch: "What shall I watch over? (such as www.example.jp)",
    whomToWake: "Who is woken at night? (such as you@example.jp)",
    file: (first: First) =>
      body(first, { services: "what is watched", people: "who is told", mail: "how mail leaves" }),
  },
);
