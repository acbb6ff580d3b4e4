/** The page docs/exposed-ports.md: who listens and who may call, from the policies that the program itself makes. */
import * as path from "node:path";
import type { PolicyPeer, PolicySpec } from "../components/cluster/network-policy";
import { type Registration, record } from "../test/unit/support/recorder";
import { stackProgram } from "../test/unit/support/stack-program";
import { LISTENERS, type Listener, VARIANTS, type Variant } from "./exposed-ports-data";
import { markdownTable } from "./markdown-table";

const POLICY = "kubernetes:networking.k8s.io/v1:NetworkPolicy";
export const exposedPortsFile = path.join(__dirname, "exposed-ports.md");

/** A way in that some policy declares. */
export interface Exposure {
    /** Name of the pods that listen, as their label `app.kubernetes.io/name` says it, with the port behind a colon. */
    listener: string;
    namespace: string;
    callers: string[];
    /** What has to be switched on for it, or nothing. */
    when: string;
}

/** Every way in, of the dev stack first, then what each variant adds. */
export async function exposures(): Promise<Exposure[]> {
    const found = new Map<string, Exposure>();
    for (const variant of VARIANTS) {
        for (const exposure of (await policiesOf(variant)).flatMap((policy) => waysIn(policy, variant.when))) {
            const key = JSON.stringify([exposure.listener, exposure.namespace, exposure.callers]);
            found.set(key, found.get(key) ?? exposure);
        }
    }
    return [...found.values()].sort((left, right) =>
        left.listener.localeCompare(right.listener, "en", { numeric: true }),
    );
}

/**
 * The page in Markdown.
 *
 * @throws Error for a way in about whose listener the data say nothing, and for data about a listener that isn't there.
 */
export function exposedPortsPage(found: Exposure[], listeners: Record<string, Listener> = LISTENERS): string {
    const told = Object.keys(listeners);
    const real = [...new Set(found.map(({ listener }) => listener))];
    const missing = real.filter((listener) => !told.includes(listener));
    const dead = told.filter((listener) => !real.includes(listener));
    if (missing.length + dead.length > 0) {
        const words = [
            ...missing.map((listener) => `say how ${listener} is protected`),
            ...dead.map((listener) => `nothing opens ${listener} any more`),
        ];
        throw new Error(`docs/exposed-ports-data.ts: ${words.join("; ")}`);
    }
    const rows = found.map(({ listener, namespace, callers, when }) => {
        const { what, encryption, authentication } = listeners[listener] as Listener;
        const port = listener.slice(listener.lastIndexOf(":") + 1);
        return [`${what} (\`${namespace}\`)`, port, callers.join(", "), encryption, authentication, when || "always"];
    });
    return [HEAD, markdownTable(COLUMNS, rows), FOOT].join("\n\n");
}

const COLUMNS = ["who listens", "port", "who may call", "encryption", "authentication", "when"];
const HEAD = `<!-- Written by docs/generate.ts from the program's NetworkPolicies and exposed-ports-data.ts; change those. -->

# Exposed ports

Every port that a pod of Bulwark's may be called on, by whom, and what protects the connection. The table is made from the
NetworkPolicies that the program makes for the \`dev\` stack, and what optional parts add. Whatever isn't in it is refused by the
default-deny of each namespace. Ports are those of pods, as policies see them.`;
const FOOT = `Besides, on any cluster:

- A kubelet reaches the pods of its own node, for their probes: Kubernetes exempts it from policies.
- Whoever may create \`pods/portforward\` reaches each port of a pod through the API server, as if from within the pod: operators of
  OperatorAccess may not, the person who runs \`pulumi up\` must (for the tunnel to the database, which asks for a password all the same).
- The load balancer or node port in front of the ingress controller belongs to the cluster; \`ingress.controller.loadBalancerSourceCidrs\`
  narrows it.
`;

async function policiesOf({ settings, program }: Variant): Promise<Registration[]> {
    const all = await (program ? record(program) : stackProgram("dev", settings));
    return all.filter(({ type }) => type === POLICY);
}

function waysIn({ inputs }: Registration, when: string): Exposure[] {
    const { metadata, spec } = inputs as { metadata: { namespace: string }; spec: PolicySpec };
    const name = nameOf(spec.podSelector.matchLabels ?? {});
    return (spec.ingress ?? []).flatMap(({ from, ports }) =>
        ports.map(({ port }) => ({
            listener: `${name}:${port}`,
            namespace: metadata.namespace,
            callers: from?.map(callerOf) ?? ["anyone"],
            when,
        })),
    );
}

function callerOf({ ipBlock, namespaceSelector, podSelector }: PolicyPeer): string {
    if (ipBlock) {
        return `\`${ipBlock.cidr}\``;
    }
    const labels = podSelector?.matchLabels ?? {};
    const namespace = namespaceSelector?.matchLabels?.["kubernetes.io/metadata.name"] ?? "";
    const component = labels["app.kubernetes.io/component"];
    return `\`${nameOf(labels)}\`${component ? ` (${component})` : ""} in \`${namespace}\``;
}

function nameOf(labels: Record<string, string>): string {
    return labels["app.kubernetes.io/name"] ?? (Object.values(labels).join(" ") || "every pod");
}
