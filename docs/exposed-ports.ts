/** The page docs/exposed-ports.md: who listens, who may call, and who calls out, from the policies that the program makes. */
import * as path from "node:path";
import type { PolicyPeer, PolicySpec } from "../components/cluster/network-policy";
import { type Registration, record } from "../test/unit/support/recorder";
import { stackProgram } from "../test/unit/support/stack-program";
import { API_SERVER_CIDR, LISTENERS, type Listener, VARIANTS, type Variant } from "./exposed-ports-data";
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

/** A way out to addresses instead of pods. */
export interface Exit {
    caller: string;
    namespace: string;
    to: string;
    port: number;
    when: string;
}

/** Every way in, of the dev stack first, then what each variant adds. */
export async function exposures(): Promise<Exposure[]> {
    const found = await ofAllVariants(waysIn, ({ when: _, ...rest }) => rest);
    return found.sort((left, right) => left.listener.localeCompare(right.listener, "en", { numeric: true }));
}

/** Every way out to addresses, in the same order of variants. */
export async function exits(): Promise<Exit[]> {
    return ofAllVariants(waysOut, ({ when: _, ...rest }) => rest);
}

/** What is found twice counts for the first variant that has it. */
async function ofAllVariants<T>(
    waysOf: (policy: Registration, when: string) => T[],
    sameness: (way: T) => unknown,
): Promise<T[]> {
    const found = new Map<string, T>();
    for (const variant of VARIANTS) {
        for (const way of (await policiesOf(variant)).flatMap((policy) => waysOf(policy, variant.when))) {
            const key = JSON.stringify(sameness(way));
            found.set(key, found.get(key) ?? way);
        }
    }
    return [...found.values()];
}

/**
 * The page in Markdown.
 *
 * @throws Error for a way in about whose listener the data say nothing, and for data about a listener that isn't there.
 */
export function exposedPortsPage(
    found: Exposure[],
    calls: Exit[],
    listeners: Record<string, Listener> = LISTENERS,
): string {
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
    const callRows = calls.map(({ caller, namespace, to, port, when }) => [
        `\`${caller}\` (\`${namespace}\`)`,
        to,
        String(port),
        when || "always",
    ]);
    return [HEAD, markdownTable(COLUMNS, rows), BESIDES, markdownTable(CALL_COLUMNS, callRows), FOOT].join("\n\n");
}

const COLUMNS = ["who listens", "port", "who may call", "encryption", "authentication", "when"];
const HEAD = `<!-- Written by docs/generate.ts from the program's NetworkPolicies and exposed-ports-data.ts; change those. -->

# Exposed ports

Every port that a pod of Bulwark's may be called on, by whom, and what protects the connection. The table is made from the
NetworkPolicies that the program makes for the \`dev\` stack, and what optional parts add. Whatever isn't in it is refused by the
default-deny of each namespace. Ports are those of pods, as policies see them.

![Who may talk to whom](images/flows.svg)`;
const BESIDES = `Besides, on any cluster:

- A kubelet reaches the pods of its own node, for their probes: Kubernetes exempts it from policies.
- Whoever may create \`pods/portforward\` reaches each port of a pod through the API server, as if from within the pod: operators of
  OperatorAccess may not, the person who runs \`pulumi up\` must (for the tunnel to the database, which asks for a password all the same).
- The load balancer or node port in front of the ingress controller belongs to the cluster; \`ingress.controller.loadBalancerSourceCidrs\`
  narrows it.
- \`workload.allowIngress\` lets others call the application's port, by namespace and labels or by address.

## Ways out

Who may call addresses instead of pods. Settings narrow some of them: \`threatDetection.bundledRules\` takes away the download of
Falco's rules, \`monitoring.vulnerabilityScanning.registryCidrs\` names the registries, \`threatDetection.alertsCidrs\` where alerts go.`;
const CALL_COLUMNS = ["who calls", "whom", "port", "when"];
const FOOT = `Every pod may ask the cluster's DNS. Any other way out is refused; \`workload.allowEgress\` opens more for the application's pods.
`;

/** Each program runs once, whatever is asked about its policies. */
const recorded = new Map<Variant, Registration[]>();

async function policiesOf(variant: Variant): Promise<Registration[]> {
    const { settings, program } = variant;
    const policies =
        recorded.get(variant) ??
        (await (program ? record(program) : stackProgram("dev", settings))).filter(({ type }) => type === POLICY);
    recorded.set(variant, policies);
    return policies;
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

function waysOut({ inputs }: Registration, when: string): Exit[] {
    const { metadata, spec } = inputs as { metadata: { namespace: string }; spec: PolicySpec };
    const caller = nameOf(spec.podSelector.matchLabels ?? {});
    return (spec.egress ?? []).flatMap(({ to, ports }) => {
        const addresses = to
            ? to.flatMap(({ ipBlock }) => (ipBlock ? [addressOf(ipBlock.cidr)] : []))
            : ["any address"];
        return addresses.flatMap((address) =>
            ports.map(({ port }) => ({ caller, namespace: metadata.namespace, to: address, port, when })),
        );
    });
}

export function callerOf({ ipBlock, namespaceSelector, podSelector }: PolicyPeer): string {
    if (ipBlock) {
        return addressOf(ipBlock.cidr);
    }
    const labels = podSelector?.matchLabels ?? {};
    const namespace = namespaceSelector?.matchLabels?.["kubernetes.io/metadata.name"] ?? "";
    const component = labels["app.kubernetes.io/component"];
    return `\`${nameOf(labels)}\`${component ? ` (${component})` : ""} in \`${namespace}\``;
}

function addressOf(cidr: string): string {
    return cidr === API_SERVER_CIDR ? "the API server" : `\`${cidr}\``;
}

/** Pods that a program of the cluster makes may have no name among their labels. */
export function nameOf(labels: Record<string, string>): string {
    const { "app.kubernetes.io/name": name, "app.kubernetes.io/managed-by": maker } = labels;
    return name ?? (maker ? `made by ${maker}` : Object.keys(labels).join(" ") || "every pod");
}
