/** What docs/operations.md tells to do after an update was killed, done as it stands there. */
import * as path from "node:path";
import type { Stack } from "@pulumi/pulumi/automation";
import type { Cluster } from "../../sandbox/cluster";
import { repositoryFolder } from "../../sandbox/paths";
import { run } from "../../sandbox/shell";
import { environmentOf, LOADER } from "./operation";

/** `npm run recover -- --stack STACK`, from the folder of the stack's settings; returns what it says. */
export function recover(stack: Stack, cluster: Cluster): Promise<string> {
    const script = path.join(repositoryFolder, "scripts", "recover.ts");
    return run(process.execPath, [...LOADER, script, "--stack", stack.name, "--yes"], {
        cwd: stack.workspace.workDir,
        env: environmentOf(stack, cluster),
    });
}

/** How many operations the state has as begun and not ended. */
export async function pendingOperations(stack: Stack): Promise<number> {
    const { deployment } = await stack.exportStack();
    return (deployment as { pending_operations?: unknown[] }).pending_operations?.length ?? 0;
}
