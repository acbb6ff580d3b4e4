import type * as pulumi from "@pulumi/pulumi";
import { AllowedFlow, type AllowedFlowArgs, checkAllowedFlow, type FlowPeerArgs } from "../cluster/allowed-flow";
import { dnsLabelFault } from "../names";
import type { ApplicationEgressArgs, SecureApplicationArgs } from "../secure-application-args";
import type { Validation } from "../validation";
import { egressFaults } from "./egress-rules";

/** Opens the ways out that the arguments name, from the workload's `pods` alone. */
export function waysOut(
    name: string,
    { workload, labels }: SecureApplicationArgs,
    pods: FlowPeerArgs,
    opts: pulumi.ComponentResourceOptions,
): AllowedFlow[] {
    return (workload.allowEgress ?? []).map(
        (way) => new AllowedFlow(flowName(name, way), { ...flow(way, pods), labels }, opts),
    );
}

/** Checks ways out; `place` tells where the faults of one are reported, by its index. */
export function checkWaysOut(name: string, ways: ApplicationEgressArgs[], place: (index: number) => Validation): void {
    const shapes = ways.map((way) => ({
        name: way.name,
        has: (member: keyof ApplicationEgressArgs) => way[member] !== undefined && way[member] !== false,
    }));
    const faults = egressFaults(shapes);
    for (const { index, member = "", reason } of faults) {
        place(index).fault(member, reason);
    }
    ways.forEach((way, index) => {
        place(index).value("name", way.name, dnsLabelFault);
        if (dnsLabelFault(way.name) === undefined && !faults.some((fault) => fault.index === index)) {
            checkAllowedFlow(flowName(name, way), flow(way, { namespaceName: "made" }), place(index));
        }
    });
}

function flowName(name: string, way: ApplicationEgressArgs): string {
    // No other component is called so, whatever the way is called.
    return `${name}-out-to-${way.name}`;
}

function flow(way: ApplicationEgressArgs, from: FlowPeerArgs): AllowedFlowArgs {
    const { cidrs, namespaceName, podLabels, isolated, ports, protocol } = way;
    const to = namespaceName === undefined ? { cidrs } : { namespaceName, podLabels, unmanaged: !isolated };
    return { from, to, ports: ports.map((port) => ({ port, protocol })) };
}
