/** Settings of the container layer. Pure; no Pulumi import. */
import { FlowProtocol } from "../components/cluster/network-policy";
import { furtherBindingsFault } from "../components/composition/binding-names";
import { type WayShape, wayFaults } from "../components/composition/way-rules";
import { DEFAULTS } from "../components/defaults";
import { immutableImageFault } from "../components/image";
import { parseQuantity } from "../components/quantity";
import { computeResources, resourcesFaults } from "./common";
import type { Fault } from "./faults";
import {
    field,
    group,
    groupList,
    list,
    map,
    optional,
    optionalList,
    optionalMap,
    required,
    requiredList,
} from "./field";
import * as kinds from "./kinds";
import { at, type Reader, type Rule, type SettingPath } from "./reader";

const defaults = DEFAULTS.workload;

/** The pods at the other end of a way. */
function podsOfWay(role: string, otherHalf: string) {
    return {
        namespaceName: optional(kinds.dnsLabel, `Namespace of the pods that ${role}`, "addresses, by `cidrs`"),
        podLabels: optionalMap(kinds.labelKey, kinds.labelValue, "Labels of these pods", "every pod of the namespace"),
        isolated: field(kinds.flag, `That namespace is isolated by Bulwark, so ${otherHalf} is opened too`, false),
    };
}

export const workload = group({
    image: required(kinds.image, "Image of the application"),
    namespaceName: field(kinds.dnsLabel, "Namespace of the application", defaults.namespaceName),
    workloadName: field(kinds.dnsLabel, "Name of the Deployment", defaults.workloadName),
    serviceName: field(kinds.dnsLabel, "Name of the Service", defaults.serviceName),
    servicePort: field(kinds.port, "Port of the Service", defaults.servicePort),
    port: field(kinds.unprivilegedPort, "Port on which the application listens", defaults.port),
    replicas: field(kinds.count(1, 1_000), "Number of pods", defaults.replicas),
    userId: field(kinds.userId, "User id of the processes", defaults.userId),
    groupId: field(kinds.userId, "Group id of the processes and of their volumes", defaults.groupId),
    command: optionalList(kinds.someText, "Command instead of the image's entry point", "the image's own"),
    arguments: optionalList(kinds.anyText, "Arguments of the command", "the image's own"),
    environment: map(
        kinds.environmentName,
        kinds.withheld(kinds.anyText),
        "Environment variables; database credentials are mounted as files instead",
        {},
    ),
    temporaryStorage: field(kinds.bytes, "Size of `/tmp`, which is in memory", defaults.temporaryStorage),
    startupPath: field(kinds.urlPath, "Path that answers once the application has started", defaults.probePath),
    livenessPath: field(kinds.urlPath, "Path that answers while the application works", defaults.probePath),
    readinessPath: field(kinds.urlPath, "Path that answers while the application takes requests", defaults.probePath),
    gracePeriodSeconds: field(
        kinds.count(10, 3_600),
        "Seconds that a pod has to end its work",
        defaults.gracePeriodSeconds,
    ),
    imagePullSecretNames: list(kinds.subdomain, "Secrets with credentials for the image's registry", []),
    resources: computeResources("a pod", defaults.resources),
    serviceBindings: groupList({
        bindingName: required(
            kinds.bindingName,
            "Name of further credentials of the application; their files lie in `/bindings/<bindingName>`",
        ),
        secretName: required(kinds.subdomain, "Secret in the application's namespace that holds them"),
        version: field(
            kinds.someText,
            "A text to change with the credentials, which restarts the pods; never one of them",
            "1",
        ),
        allowEnvironment: field(
            kinds.flag,
            "Make environment variables of them too, which crash reports and child processes show",
            false,
        ),
    }),
    allowEgress: groupList({
        name: required(
            kinds.dnsLabel,
            "Name of a way out of the application, such as `mail`; its policy is called after it",
        ),
        cidrs: optionalList(
            kinds.cidr,
            "Addresses that it leads to; a range around private or link-local ones, such as `0.0.0.0/0`, leaves those closed",
            "pods, by `namespaceName`",
        ),
        ...podsOfWay("it leads to", "the way in"),
        ports: requiredList(kinds.port, "Ports at the other end; of pods, not of a Service"),
        protocol: field(kinds.oneOf(...Object.values(FlowProtocol)), "Protocol of these ports", FlowProtocol.Tcp),
    }),
    allowIngress: groupList({
        name: required(
            kinds.dnsLabel,
            "Name of a way into the application past the ingress controller, such as `reports`; its policy is called after it",
        ),
        cidrs: optionalList(kinds.cidr, "Addresses that may use it", "pods, by `namespaceName`"),
        ...podsOfWay("may use it", "the way out"),
    }),
});

export const workloadRules: Rule = function* (read) {
    yield* resourcesFaults(read, "workload.resources");
    yield* quotaFaults(read, "workload.resources.cpuRequest", "cluster.quota.cpuRequests");
    yield* quotaFaults(read, "workload.resources.memoryRequest", "cluster.quota.memoryRequests");
    yield* quotaFaults(read, "workload.resources.memoryLimit", "cluster.quota.memoryLimits");
    yield* bindingFaults(read);
    yield* waysFaults(read, "allowEgress");
    yield* waysFaults(read, "allowIngress");
    for (const path of ["workload.environment", "workload.command", "workload.arguments"]) {
        if (read.given(path) && read.isSecret(path)) {
            yield at(
                path,
                "must not hold a secret, which everybody could read who may read pods; keep it in a Secret, and bulwark:workload in clear text",
            );
        }
    }
    const [replicas, pods] = [read.number("workload.replicas"), read.number("cluster.quota.pods")];
    if (replicas !== undefined && pods !== undefined && replicas > pods) {
        yield at(
            "workload.replicas",
            `must not be greater than cluster.quota.pods, is ${read.shown("workload.replicas")} over ${read.shown("cluster.quota.pods")}; lower it or raise the quota`,
        );
    }
    const image = read.text("workload.image");
    if (image !== undefined && read.isOn("cluster.requireImmutableImages") && immutableImageFault(image)) {
        yield at(
            "workload.image",
            `must name a version or a digest while cluster.requireImmutableImages is on, is ${read.shown("workload.image")}; add ":<version>" or "@sha256:<digest>"`,
        );
    }
};

function* bindingFaults(read: Reader): Generator<Fault> {
    const path = "workload.serviceBindings";
    const names = (read.list(path) ?? []).map((_, index) => read.text(`${path}.${index}.bindingName`) ?? "");
    const fault = furtherBindingsFault(names);
    if (fault) {
        yield at(path, fault);
    }
}

function* waysFaults(read: Reader, list: "allowEgress" | "allowIngress"): Generator<Fault> {
    const place = (index: number) => `workload.${list}.${index}`;
    const shapes: WayShape[] = [];
    for (let index = 0; read.given(place(index)); index++) {
        const name = read.text(`${place(index)}.name`);
        shapes.push({ name, has: (member) => read.given(`${place(index)}.${member}`) });
    }
    for (const { index, member, reason } of wayFaults(shapes)) {
        if (read.reaches(place(index))) {
            yield { path: ["workload", list, index, ...(member ? [member] : [])], reason };
        }
    }
}

/** What all replicas take together must fit into the namespace's quota, or the last of them would never start. */
function* quotaFaults(read: Reader, each: SettingPath, quota: SettingPath): Generator<Fault> {
    const [replicas, one, all] = [read.number("workload.replicas"), read.text(each), read.text(quota)];
    if (replicas === undefined || one === undefined || all === undefined) {
        return;
    }
    if (parseQuantity(one) <= parseQuantity(all) && replicas * parseQuantity(one) > parseQuantity(all)) {
        yield at(
            quota,
            `must hold ${read.shown("workload.replicas")} times ${each} (${read.shown(each)}), is ${read.shown(quota)}; raise it, or lower workload.replicas`,
        );
    } else if (parseQuantity(one) > parseQuantity(all)) {
        yield at(quota, `must not be less than ${each} (${read.shown(each)}), is ${read.shown(quota)}; raise it`);
    }
}
