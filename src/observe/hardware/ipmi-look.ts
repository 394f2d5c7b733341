import type { Clock } from "../../kernel/clock.ts";
import type { HostHardware } from "../../kernel/model/site.ts";
import { askIpmi, ipmiCiphers, type IpmiCipher, type IpmiFailure } from "../../clients/ipmitool.ts";
import { readIpmi, type IpmiTexts } from "../../readers/hardware/ipmi.ts";
import { failed, type Looked, type Looker } from "./looked.ts";

type IpmiSpec = Extract<NonNullable<HostHardware["bmc"]>, { kind: "ipmi" }>;

const quick = { chassis: ["chassis", "status"], sensors: ["sdr", "elist"] } as const;
/** The limits, the log and who it is: slow on many controllers, and seldom new. */
const slow = {
  controller: ["mc", "info"],
  board: ["fru", "print", "0"],
  limits: ["sensor", "list"],
  log: ["sel", "elist", "last", "200"],
} as const;

/** Asks a controller over IPMI. The first command tells whether it answers at all; what fails later is unobserved. */
export function ipmiLooker(clock: Clock, { address, user, password }: IpmiSpec): Looker {
  let kept: IpmiTexts = {};
  let keptUnobserved: Record<string, string> = {};

  return {
    source: "ipmi",
    address,
    async look({ isWhole, record }) {
      let cipher = ipmiCiphers.find((one) => one === record.learnt["cipher"]) ?? null;
      const texts: Record<string, string> = {};
      const unobserved: Record<string, string> = {};
      for (const [part, words] of Object.entries({ ...quick, ...(isWhole ? slow : {}) })) {
        const answer = await askIpmi(clock, { address, user, password, cipher }, words);
        if (answer.ok) {
          cipher = answer.value.cipher;
          texts[part] = answer.value.text;
        } else if (Object.keys(texts).length === 0) {
          return failure(answer.error);
        } else unobserved[part] = answer.error.reason;
      }
      if (isWhole) {
        kept = texts;
        keptUnobserved = unobserved;
      }
      const takenAtMs = clock.nowMs();
      const reading = readIpmi({ ...kept, ...texts }, { takenAtMs, unobserved: { ...keptUnobserved, ...unobserved } });
      return { state: "ok", reason: null, reading, certificate: null, learnt: learntOf(cipher), vitals: null };
    },
  };
}

function learntOf(cipher: IpmiCipher | null): Looked["learnt"] {
  return cipher === null ? {} : { cipher };
}

/** A cipher that no longer works is forgotten with the failure: both are tried again. */
function failure({ reason, text }: IpmiFailure): Looked {
  const states = { "no-program": "missing", "no-session": "silent", "too-slow": "silent", answer: "broken" } as const;
  return failed(states[reason], text);
}
