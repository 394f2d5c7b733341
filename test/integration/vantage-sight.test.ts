import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { test } from "node:test";
import { programWords } from "../doubles/program.ts";

const look = `'${process.execPath}' ${programWords("test/doubles/sight-process.ts").join(" ")}`;
/** A cable whose other end is in a namespace of its own, where a gateway may stand. */
const cable = `
ip link set lo up
unshare -n sleep 60 >/dev/null 2>&1 </dev/null & gateway=$!
trap 'kill $gateway' EXIT
until [ "$(readlink /proc/$gateway/ns/net)" != "$(readlink /proc/self/ns/net)" ]; do sleep 0.05; done
ip link add near type veth peer name far
ip link set far netns $gateway
ip addr add 192.0.2.9/24 dev near
ip link set near up
nsenter -t $gateway -n ip link set far up`;
const wayOut = "ip route add default via 192.0.2.1";
const gatewayAnswers = "nsenter -t $gateway -n ip addr add 192.0.2.1/24 dev far";

/** In a network of its own: no interface but what the script makes. */
function inNamespace(script: string): { sight: { state: string; reasons: string[] }; outcomes: string[] } {
  const output = execFileSync("unshare", ["--map-root-user", "--net", "sh", "-ec", `${script}\n${look}`], {
    encoding: "utf8",
    timeout: 60_000,
  });
  return JSON.parse(output) as ReturnType<typeof inNamespace>;
}

const scenes: readonly (readonly [name: string, script: string, state: string, reasons: readonly string[]])[] = [
  ["nothing but loopback", "ip link set lo up", "blind", ["no-interface"]],
  ["a cable without a way out", cable, "blind", ["no-default-route"]],
  ["a gateway that is gone", `${cable}\n${wayOut}`, "blind", ["gateway-silent"]],
  ["a gateway that answers", `${cable}\n${gatewayAnswers}\n${wayOut}`, "ok", []],
];
for (const [name, script, state, reasons] of scenes) {
  test(`a real network of its own, ${name}: ${state}; a target on loopback stays down`, () => {
    const { sight, outcomes } = inNamespace(script);
    assert.deepEqual(sight, { state, reasons });
    const seen = state === "blind" ? "unknown" : "down";
    assert.deepEqual(outcomes, [seen, seen, "down"]);
  });
}
