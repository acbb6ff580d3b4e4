import * as pulumi from "@pulumi/pulumi";
import { DEFAULTS } from "../../../components/defaults";

interface Metadata {
    name: string;
    labels: Record<string, string>;
}

/**
 * Takes a namespace from under the guardrails: those of other stacks on the cluster rule every namespace with the label, and
 * exempt no other ingress controllers than their own.
 */
export function unguarded(namespaceName: string): pulumi.ResourceTransform {
    return ({ type, props, opts }) => {
        if (type !== "kubernetes:core/v1:Namespace") {
            return undefined;
        }
        const metadata = pulumi.output(props.metadata as Metadata).apply(({ labels, ...rest }) => {
            const kept = Object.entries(labels).filter(([key]) => !(key in DEFAULTS.guardrails.namespaceLabels));
            return { ...rest, labels: rest.name === namespaceName ? Object.fromEntries(kept) : labels };
        });
        return { props: { ...props, metadata }, opts };
    };
}
