/** A program without components: what another one registered, resource by resource. */
import * as pulumi from "@pulumi/pulumi";
import type { Registration } from "../unit/support/recorder";

/** One resource as a plain program would write it. */
export type PlainResource = Pick<Registration, "urn" | "type" | "name" | "inputs" | "secretInputs" | "dependencies">;

/** The resources of a recording, without the components around them. */
export function plainResources(recorded: Registration[]): PlainResource[] {
    return recorded
        .filter(({ custom }) => custom)
        .map(({ urn, type, name, inputs, secretInputs, dependencies }) => ({
            urn,
            type,
            name,
            inputs,
            secretInputs,
            dependencies,
        }));
}

/** Registers them with the same inputs, secrets and order. */
export function registerPlainly(resources: PlainResource[]): void {
    const made = new Map<string, pulumi.Resource>();
    for (const { urn, type, name, inputs, secretInputs, dependencies } of resources) {
        const args = Object.entries(inputs).map(([key, value]) => [
            key,
            secretInputs.includes(key) ? pulumi.secret(value) : value,
        ]);
        const dependsOn = dependencies.flatMap((each) => made.get(each) ?? []);
        made.set(urn, new Plain(type, name, Object.fromEntries(args), { dependsOn }));
    }
}

class Plain extends pulumi.CustomResource {}
