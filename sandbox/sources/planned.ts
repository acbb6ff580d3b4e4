/** What the program wants to install, by the parts that have a stand-in on the sandbox's own node. Pure. */
import type { ReleaseSettings } from "../providers/kubernetes/helm-arguments";
import { type PodImage, podImages } from "./images";

/** A resource of Kubernetes as the program registers it. */
export interface Registered {
    type: string;
    name: string;
    inputs: Record<string, unknown>;
}

/** The releases that run with their real chart and images or with a stand-in, by what their names end with. */
const RELEASES = { ingressController: "-ingress-controller-release", database: "-database-release" };

export type Part = keyof typeof RELEASES;
export const PARTS = Object.keys(RELEASES) as Part[];

/** A release, with the images of the pods that the program itself puts beside it, such as jobs with the server's image. */
export interface PlannedPart {
    release: ReleaseSettings;
    images: PodImage[];
}

/** The parts among what the program registered. One that the settings turn off isn't there. */
export function plannedParts(registered: Registered[]): Partial<Record<Part, PlannedPart>> {
    const parts = PARTS.flatMap((part) => {
        const found = registered.find(({ type, name }) => isRelease(type) && name.endsWith(RELEASES[part]));
        if (found === undefined) {
            return [];
        }
        const release = found.inputs as unknown as ReleaseSettings;
        const beside = registered.filter(
            ({ type, inputs }) => !isRelease(type) && namespaceOf(inputs) === release.namespace,
        );
        return [[part, { release, images: podImages(beside.map(({ inputs }) => inputs)) }]];
    });
    return Object.fromEntries(parts);
}

/** Host and perhaps port that a release's chart comes from, or undefined for a chart on this machine. */
export function chartHost({ chart, repositoryOpts }: ReleaseSettings): URL | undefined {
    const address = repositoryOpts?.repo || chart;
    return /^(https?|oci):\/\//.test(address) ? new URL(address) : undefined;
}

function isRelease(type: string): boolean {
    return type === "kubernetes:helm.sh/v3:Release";
}

function namespaceOf(inputs: Record<string, unknown>): string | undefined {
    return (inputs.metadata as { namespace?: string } | undefined)?.namespace;
}
