import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { childOptions } from "../child-options";
import { oneOf } from "../choices";
import { cidrFault } from "../cidr";
import { checkLabels, standardLabels } from "../labels";
import { dnsLabelFault } from "../names";
import { portFault } from "../numbers";
import { validationOf } from "../structure";
import type { Validation } from "../validation";
import {
    allowEgress,
    allowIngress,
    emptyListFault,
    type FlowEnd,
    FlowProtocol,
    podLabelsFault,
} from "./network-policy";

export { FlowProtocol };

/** One end of a flow: exactly one of `namespaceName`, `cidrs` and `allowAnyone` is given. */
export interface FlowPeerArgs {
    /** Namespace of the pods. Plain by presence. */
    namespaceName?: pulumi.Input<string> | undefined;
    /** Labels of the pods. Defaults to every pod of the namespace. Plain by presence. */
    podLabels?: pulumi.Input<Record<string, pulumi.Input<string>>> | undefined;
    /**
     * Address ranges. On the way out, a range around private or link-local ones, such as `0.0.0.0/0`, leaves those
     * closed. Plain by presence.
     */
    cidrs?: pulumi.Input<pulumi.Input<string>[]> | undefined;
    /** Whether the namespace isn't isolated by Bulwark, so that no policy is written there. Plain. Defaults to false. */
    unmanaged?: boolean | undefined;
    /** Whether this end is any address at all, in the cluster or outside. Plain. Defaults to false. */
    allowAnyone?: boolean | undefined;
}

/** A port of the receiving pods, never of a Service. */
export interface FlowPortArgs {
    /** Number of the port. */
    port: pulumi.Input<number>;
    /** Transport protocol. Defaults to `TCP`. */
    protocol?: pulumi.Input<FlowProtocol> | undefined;
}

/** Arguments of AllowedFlow. */
export interface AllowedFlowArgs {
    /** Who opens the connections. */
    from: FlowPeerArgs;
    /** Who accepts them. */
    to: FlowPeerArgs;
    /** The ports that are opened. */
    ports: FlowPortArgs[];
    /** Labels for every object made here. */
    labels?: pulumi.Input<Record<string, pulumi.Input<string>>> | undefined;
}

/**
 * Traffic from one end to another through isolated namespaces: it may leave the one and it may enter the other, each by a
 * policy of its own. Answers need no flow. The policies are named after the component, so its name is in lower case.
 */
export class AllowedFlow extends pulumi.ComponentResource {
    /** Names of the NetworkPolicies: first the way out, then the way in. An end that isn't isolated has none. */
    public readonly policyNames: pulumi.Output<string[]>;

    constructor(name: string, args: AllowedFlowArgs, opts?: pulumi.ComponentResourceOptions) {
        super("bulwark:index:AllowedFlow", name, {}, opts);
        const { from, to, ports } = checkAllowedFlow(name, args);
        const child = childOptions(this, opts);
        const labels = standardLabels({ name: "allowed-flow", instance: name, component: "cluster" }, args.labels);
        const policy = (suffix: string, here: typeof from, there: typeof from, allow: typeof allowEgress) =>
            new k8s.networking.v1.NetworkPolicy(
                `${name}-${suffix}`,
                {
                    metadata: { name: `${name}-${suffix}`, namespace: here.namespaceName, labels },
                    spec: pulumi
                        .all([here.podLabels, pulumi.output(there), ports])
                        .apply(([podLabels, other, open]) => allow(podLabels ?? {}, other as FlowEnd, open)),
                },
                child,
            );

        const policies = [
            ...(isIsolated(args.from) ? [policy("egress", from, to, allowEgress)] : []),
            ...(isIsolated(args.to) ? [policy("ingress", to, from, allowIngress)] : []),
        ];

        this.policyNames = pulumi.all(policies.map((each) => each.metadata.name));
        this.registerOutputs({ policyNames: this.policyNames });
    }
}

function isIsolated(peer: FlowPeerArgs): boolean {
    return peer.namespaceName !== undefined && !peer.unmanaged;
}

/**
 * The arguments with their defaults, checked.
 *
 * @throws pulumi.InputPropertiesError with all faults; with a part of another component's validation that one reports.
 */
export function checkAllowedFlow(
    name: string,
    args: AllowedFlowArgs,
    validation = validationOf("AllowedFlow", name, args),
) {
    validation.value("name", name, dnsLabelFault);
    const checked = {
        from: checkPeer(validation, "from", args.from),
        to: checkPeer(validation, "to", args.to),
        ports: pulumi.all(
            args.ports.map(({ port, protocol }, index) =>
                pulumi.output({
                    port: validation.value(`ports[${index}].port`, port, portFault),
                    protocol: validation.value<string>(
                        `ports[${index}].protocol`,
                        protocol ?? FlowProtocol.Tcp,
                        oneOf(FlowProtocol),
                    ),
                }),
            ),
        ),
    };
    validation.value("ports", args.ports, emptyListFault);
    if (!isIsolated(args.from) && !isIsolated(args.to)) {
        validation.fault("from, to", "must not both lie outside of Bulwark's namespaces, where no policy is written");
    }
    checkLabels(validation, args.labels);
    validation.done();
    return checked;
}

function checkPeer(validation: Validation, path: string, peer: FlowPeerArgs) {
    const ways = [peer.namespaceName !== undefined, peer.cidrs !== undefined, peer.allowAnyone === true];
    if (ways.filter(Boolean).length !== 1) {
        validation.fault(path, "must have exactly one of `namespaceName`, `cidrs` and `allowAnyone: true`");
    }
    if (peer.namespaceName === undefined) {
        for (const member of ["podLabels", "unmanaged"] as const) {
            if (peer[member] !== undefined) {
                validation.fault(`${path}.${member}`, "must come with `namespaceName`, which is missing");
            }
        }
    }
    if (peer.cidrs !== undefined) {
        validation.value(`${path}.cidrs`, peer.cidrs, emptyListFault);
    }
    return {
        namespaceName: validation.optional(`${path}.namespaceName`, peer.namespaceName, dnsLabelFault),
        podLabels: validation.optional<Record<string, string>>(
            `${path}.podLabels`,
            peer.podLabels as pulumi.Input<Record<string, string>> | undefined,
            podLabelsFault,
        ),
        cidrs: peer.cidrs && validation.list(`${path}.cidrs`, peer.cidrs, cidrFault),
    };
}
