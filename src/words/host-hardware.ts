import { catalogue } from "./catalogue.ts";

/** What is said of a host's hardware beside its system. */
export const hostHardwareWords = catalogue(
  {
    title: "ハードウェア",
    column: "BMC・SNMP",
    more: "センサー・ディスク・コントローラの記録を見る",
    notAsked: "—",
    powerOff: "電源 切",
    age: (length: string) => `${length}前`,
    boardWell: (age: string) =>
      `OS からは応答がありませんが、管理用コントローラは ${age}に「電源 入・異常なし」と答えています。ハードウェアはおそらく無事です。OS とネットワークをお調べください(コンソールを開くのが早道です)。`,
    boardIll: (age: string) =>
      `OS からは応答がありません。管理用コントローラは ${age}に答えていて、ハードウェアの異常を知らせています。下の「ハードウェア」を先にご覧ください。`,
    boardOff: (age: string) =>
      `電源が切れています。管理用コントローラが ${age}にそう答えています。誰かが切ったのでなければ、電源装置と、その場所の給電をお調べください。`,
    boardUnsure: (age: string) =>
      `OS からは応答がありませんが、管理用コントローラは ${age}に答えています。電源や部品の様子までは読めていません。コンソールでお確かめください。`,
    boardSilent:
      "OS も管理用コントローラも応答しません。このサーバーの電源か、その場所までの回線が疑われます。同じ場所のほかのサーバーと見比べてください。",
    agentAlive: (age: string) =>
      `中は読めませんが、SNMP は ${age}に答えています。機器は動いているとみられます。ログインの仕組み(sshd・エージェント)と途中のファイアウォールをお調べください。`,
  },
  {
    title: "Hardware",
    column: "BMC, SNMP",
    more: "Sensors, drives and the controller's log",
    notAsked: "—",
    powerOff: "power off",
    age: (length: string) => `${length} ago`,
    boardWell: (age: string) =>
      `The system is silent, but its management controller answered ${age}: power is on and nothing is wrong with the hardware. Look at the operating system and the network; its console is the quickest way.`,
    boardIll: (age: string) =>
      `The system is silent. Its management controller answered ${age} and reports trouble with the hardware: see Hardware below first.`,
    boardOff: (age: string) =>
      `It is switched off, as its management controller said ${age}. Unless someone did that, look at its power supplies and at the power of that place.`,
    boardUnsure: (age: string) =>
      `The system is silent, but its management controller answered ${age}. It does not tell how power and parts are: look at the console.`,
    boardSilent:
      "Neither the system nor its management controller answers. Its power, or the line to where it stands, may be gone: compare other hosts there.",
    agentAlive: (age: string) =>
      `It cannot be read from inside, but SNMP answered ${age}, so the machine seems to run. Look at what lets us in (sshd, the agent) and at firewalls in between.`,
  },
);
