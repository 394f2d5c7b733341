import type { JSX } from "preact";
import { agentTokenName } from "../../api/agent-token.ts";
import { hostWords } from "../../words/hosts.ts";
import type { PageContext } from "../context.ts";

/** The two ways to look into a machine, ready to be copied. */
export function HostHowTo({ context, host }: { context: PageContext; host: string }): JSX.Element {
  const say = hostWords(context.lang);
  const hub = context.site.url ?? "https://koboshi.example.jp";
  const file = "/etc/koboshi/agent-token";
  return (
    <>
      <h2>{say.howTitle}</h2>
      <h3>{say.howSsh}</h3>
      <p>{say.howSshText}</p>
      <pre>{`hosts:\n  ${host}: { address: 192.0.2.10, user: koboshi, key: "\${file:/etc/koboshi/id_ed25519}" }`}</pre>
      <h3>{say.howAgent}</h3>
      <p>{say.howAgentText}</p>
      <pre>{`hosts:\n  ${host}: { collect: agent }`}</pre>
      <pre>
        {`koboshi token create ${agentTokenName(host)} --scope agent --expires never -q > agent-token\n` +
          `sudo koboshi agent --hub ${hub} --name ${host} --token-file ${file} --service`}
      </pre>
    </>
  );
}
