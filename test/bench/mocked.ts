/** The SDK against mocks, for programs whose own time is measured. */
import * as pulumi from "@pulumi/pulumi";
import { answer } from "../unit/support/answers";

/** Runs a program with a stack's configuration, and tells how many resources it registered. */
export async function runMocked(program: () => unknown, config: Record<string, string> = {}): Promise<number> {
    pulumi.runtime.setAllConfig(config);
    let registered = 0;
    await pulumi.runtime.setMocks(
        {
            newResource: ({ type, name, inputs }) => {
                registered += 1;
                return { id: name, state: { ...inputs, ...answer(type, inputs) } };
            },
            call: () => ({}),
        },
        "bulwark",
        "dev",
    );
    await program();
    await pulumi.runtime.disconnect();
    return registered;
}

/** Ends the process with what a script found out, or with what was wrong. */
export function endWith(found: Promise<unknown>): void {
    found.then(
        (result) => {
            console.log(JSON.stringify(result));
            process.exit(0);
        },
        (error: Error) => {
            console.error(error);
            process.exit(1);
        },
    );
}
