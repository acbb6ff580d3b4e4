import type * as pulumi from "@pulumi/pulumi";
import { AllowedFlow, type AllowedFlowArgs, checkAllowedFlow, type FlowPeerArgs } from "../cluster/allowed-flow";
import { DEFAULTS } from "../defaults";
import { dnsLabelFault } from "../names";
import type {
    ApplicationEgressArgs,
    ApplicationPeerArgs,
    ApplicationWorkloadArgs,
    SecureApplicationArgs,
} from "../secure-application-args";
import type { Validation } from "../validation";
import { wayFaults } from "./way-rules";

/** A way as the arguments have it, and the flow that it is. */
interface Way {
    peer: ApplicationPeerArgs;
    flowName: string;
    flow(pods: FlowPeerArgs): AllowedFlowArgs;
}

/** Opens the ways that the arguments name, out of the workload's `pods` and into them. */
export function openWays(
    name: string,
    { workload, labels }: SecureApplicationArgs,
    pods: FlowPeerArgs,
    opts: pulumi.ComponentResourceOptions,
): AllowedFlow[] {
    const ways = [...waysOut(workload.allowEgress), ...waysIn(workload.allowIngress, workload.port)];
    return ways.map(({ flowName, flow }) => new AllowedFlow(`${name}-${flowName}`, { ...flow(pods), labels }, opts));
}

/** Checks these ways; `at` makes the part of the whole's validation that reports to one of them. */
export function checkWays(
    name: string,
    { allowEgress, allowIngress }: ApplicationWorkloadArgs,
    at: (way: string, moved: Record<string, string>) => Validation,
): void {
    checkList(name, waysOut(allowEgress), (index) => {
        const way = `workload.allowEgress[${index}]`;
        const ports = allowEgress?.[index]?.ports.flatMap((_, each) => [
            [`ports[${each}].port`, `${way}.ports[${each}]`],
            [`ports[${each}].protocol`, `${way}.protocol`],
        ]);
        return at(way, { "": way, to: way, ...Object.fromEntries(ports ?? []) });
    });
    checkList(name, waysIn(allowIngress), (index) => {
        const way = `workload.allowIngress[${index}]`;
        return at(way, { "": way, from: way });
    });
}

function checkList(name: string, ways: Way[], at: (index: number) => Validation): void {
    const shapes = ways.map(({ peer }) => ({
        name: peer.name,
        has: (member: keyof ApplicationPeerArgs) => peer[member] !== undefined && peer[member] !== false,
    }));
    const faults = wayFaults(shapes);
    for (const { index, member = "", reason } of faults) {
        at(index).fault(member, reason);
    }
    ways.forEach(({ peer, flowName, flow }, index) => {
        at(index).value("name", peer.name, dnsLabelFault);
        if (dnsLabelFault(peer.name) === undefined && !faults.some((fault) => fault.index === index)) {
            checkAllowedFlow(`${name}-${flowName}`, flow({ namespaceName: "made" }), at(index));
        }
    });
}

// No other component is called like these flows, whatever the ways are called.

function waysOut(ways: ApplicationEgressArgs[] = []): Way[] {
    return ways.map((peer) => ({
        peer,
        flowName: `out-to-${peer.name}`,
        flow: (pods) => ({
            from: pods,
            to: end(peer),
            ports: peer.ports.map((port) => ({ port, protocol: peer.protocol })),
        }),
    }));
}

function waysIn(ways: ApplicationPeerArgs[] = [], port: pulumi.Input<number> = DEFAULTS.workload.port): Way[] {
    return ways.map((peer) => ({
        peer,
        flowName: `in-from-${peer.name}`,
        flow: (pods) => ({ from: end(peer), to: pods, ports: [{ port }] }),
    }));
}

function end({ cidrs, namespaceName, podLabels, isolated }: ApplicationPeerArgs): FlowPeerArgs {
    return namespaceName === undefined ? { cidrs } : { namespaceName, podLabels, unmanaged: !isolated };
}
