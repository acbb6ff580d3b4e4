/** Runs a policy on a resource, as the engine would. */
import { strict as assert } from "node:assert";
import type { Policies, ResourceValidationArgs, StackValidationArgs } from "@pulumi/policy";

/** What the engine shows policies a resource through; the package keeps its types to itself. */
const { unknownCheckingProxy, unknownStringValue } = require("@pulumi/policy/proxy") as {
    unknownCheckingProxy(props: object): object;
    unknownStringValue: string;
};

/** A text that the engine doesn't know yet. */
export const UNKNOWN = unknownStringValue;

/** A resource as policies are shown it. */
export interface Shown {
    type: string;
    props: Record<string, unknown>;
    urn: string;
    name: string;
}

export function resource(type: string, props: Record<string, unknown>): Shown {
    return { type, props, urn: `urn:${type}`, name: "it" };
}

/** What a policy of the list reports about one resource, or about several as a stack. */
export async function judge(
    policies: Policies,
    name: string,
    shown: Shown | Shown[],
    config: Record<string, unknown> = {},
): Promise<string[]> {
    const policy = policies.find((each) => each.name === name) ?? assert.fail(`there is no policy ${name}`);
    const reports: string[] = [];
    const report = (message: string) => void reports.push(message);
    const getConfig = () => config;
    if ("validateStack" in policy) {
        await policy.validateStack({ resources: [shown].flat(), getConfig } as unknown as StackValidationArgs, report);
    } else {
        const validate = [policy.validateResource ?? assert.fail()].flat();
        for (const one of [shown].flat()) {
            await Promise.all(
                validate.map((each) =>
                    each(
                        {
                            ...one,
                            props: unknownCheckingProxy(one.props),
                            getConfig,
                        } as unknown as ResourceValidationArgs,
                        report,
                    ),
                ),
            );
        }
    }
    return reports;
}
