/** Settings of the monitoring layer. Pure; no Pulumi import. */
import { DEFAULTS } from "../components/defaults";
import {
    type ContainerEngine,
    type EngineSockets,
    enginesFault,
    falcoReleaseNameFault,
} from "../components/monitoring/falco-values";
import { sortOf } from "../components/sort-of";
import {
    chartFaults,
    chartSource,
    computeResources,
    containerImage,
    mutableImageFaults,
    resourcesFaults,
} from "./common";
import { field, group, list, map, optional, optionalGroup, optionalList, optionalMap } from "./field";
import * as kinds from "./kinds";
import { at, type Rule } from "./reader";
import { code } from "./show";

const defaults = DEFAULTS.threatDetection;

interface Engine {
    engine: ContainerEngine;
    sockets: string[];
}

const ENGINE_DEMAND = "must be an engine and its sockets";
const ENGINE_ADVICE = "write for example { engine: cri, sockets: [/run/containerd/containerd.sock] }";

/** A container engine; its two members stand and fall together. */
const engine: kinds.Kind<Engine> = {
    demand: `${ENGINE_DEMAND}; ${ENGINE_ADVICE}`,
    accept(value) {
        const hidden = `${ENGINE_DEMAND}, is [secret]; ${ENGINE_ADVICE}`;
        if (!isEngine(value)) {
            return { reason: `${ENGINE_DEMAND}, is ${sortOf(value)}; ${ENGINE_ADVICE}`, hidden };
        }
        const fault = enginesFault([value]);
        return fault === undefined ? { value: value as Engine } : { reason: fault, hidden };
    },
};

export const threatDetection = group({
    install: field(kinds.flag, "Install Falco; it needs a kernel with eBPF on every node", true),
    namespaceName: field(kinds.dnsLabel, "Namespace of Falco", defaults.namespaceName),
    releaseName: field(kinds.releaseName(falcoReleaseNameFault), "Helm release of Falco", defaults.releaseName),
    leastPrivileged: field(
        kinds.flag,
        "Run Falco with single capabilities; false makes it privileged, for nodes that refuse that",
        true,
    ),
    containerEngines: list(
        engine,
        "Container engines of the nodes and their sockets; each socket must exist",
        defaults.containerEngines as Engine[],
    ),
    mostNodes: field(kinds.count(1, 5_000), "Nodes that the quota leaves room for", defaults.mostNodes),
    priorityClassName: field(kinds.subdomain, "PriorityClass of Falco's pods", defaults.priorityClassName),
    bundledRules: field(
        kinds.flag,
        "Use the rules within Falco's image instead of downloading them; needs chart 9.2.0 or newer",
        false,
    ),
    rulesArtifact: field(kinds.someText, "Rules to download, with their exact version", defaults.rulesArtifact),
    rulesSourceCidrs: optionalList(kinds.cidr, "Addresses from which rules are downloaded, on port 443", "any"),
    customRules: map(kinds.rulesFile, kinds.someText, "Further files of Falco rules, by name", {}),
    apiClientNamespaceNames: list(
        kinds.dnsLabel,
        "Namespaces whose pods rightly talk to the API server and are not reported",
        [],
    ),
    expectedPorts: list(
        kinds.port,
        "Ports that containers of application and database rightly connect to",
        defaults.expectedPorts,
    ),
    kubernetesAudit: optionalGroup({
        trustedUserNames: optionalList(
            kinds.ruleUser,
            "Users who may do what is reported otherwise: whoever runs `pulumi up`",
            "none",
        ),
        secretReaderNames: optionalList(
            kinds.ruleUser,
            "Users who rightly read Secrets, beside the ingress controller that is installed",
            "none",
        ),
        serviceAddress: optional(
            kinds.serviceAddress,
            "Fixed address of the Service that takes the API server's events",
            "one that the cluster chooses",
        ),
        sourceCidrs: optionalList(kinds.cidr, "Addresses that events come from, as pods see them", "the API server's"),
        pluginArtifact: optional(
            kinds.someText,
            "Plugin to download, with its exact version",
            code(defaults.auditPluginArtifact),
        ),
        customRules: optionalMap(kinds.rulesFile, kinds.someText, "Further files of rules on audit events", "none"),
    }),
    alertsSecretName: optional(
        kinds.dnsLabel,
        "Secret in Falco's namespace with falcosidekick's settings, such as `SLACK_WEBHOOKURL`",
        "alerts are in Falco's log only",
    ),
    alertsCidrs: optionalList(kinds.cidr, "Addresses that alerts are sent to", "any"),
    alertsPort: field(kinds.port, "Port that alerts are sent to", defaults.alertsPort),
    resources: computeResources("Falco on each node", defaults.resources),
    chart: chartSource(defaults.chart),
    image: containerImage("Falco"),
    falcoctlImage: containerImage("the container that downloads the rules"),
    sidekickImage: containerImage("falcosidekick"),
});

export const threatDetectionRules: Rule = function* (read) {
    const engines = read.list("threatDetection.containerEngines");
    const fault = engines && enginesFault(engines as EngineSockets[]);
    if (fault) {
        yield at("threatDetection.containerEngines", fault);
    }
    if (
        read.isOn("threatDetection.bundledRules") &&
        !read.given("threatDetection.chart.chart") &&
        !read.given("threatDetection.chart.version")
    ) {
        yield at(
            "threatDetection.bundledRules",
            `must be off with chart ${defaults.chart.version}, in which Falco ends at once without a download; give threatDetection.chart.version "9.2.0" or newer`,
        );
    }
    yield* resourcesFaults(read, "threatDetection.resources");
    yield* chartFaults(read, "threatDetection.chart");
    yield* mutableImageFaults(read, "threatDetection.image");
    yield* mutableImageFaults(read, "threatDetection.falcoctlImage");
    yield* mutableImageFaults(read, "threatDetection.sidekickImage");
};

function isEngine(value: unknown): value is EngineSockets {
    const { engine, sockets, ...others } = (value ?? {}) as Record<string, unknown>;
    return (
        typeof engine === "string" &&
        Array.isArray(sockets) &&
        sockets.every((socket) => typeof socket === "string") &&
        Object.keys(others).length === 0
    );
}
