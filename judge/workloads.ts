/** The pods within objects. Pure. */
import type { Manifest } from "./rendering";

/** What a pod is made from. */
export interface PodTemplate {
    metadata?: { labels?: Record<string, string>; annotations?: Record<string, string> };
    spec: Record<string, unknown>;
}

/** The template of the pods that an object makes; undefined for objects that make none. */
export function podTemplate(object: Manifest): PodTemplate | undefined {
    const spec = object.spec as Record<string, unknown> | undefined;
    switch (object.kind) {
        case "Pod":
            return { metadata: object.metadata, spec: spec ?? {} };
        case "Deployment":
        case "StatefulSet":
        case "DaemonSet":
        case "ReplicaSet":
        case "Job":
            return spec?.template as PodTemplate;
        case "CronJob":
            return (spec?.jobTemplate as { spec: { template: PodTemplate } } | undefined)?.spec.template;
        default:
            return undefined;
    }
}
