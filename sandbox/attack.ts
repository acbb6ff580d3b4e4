/** The attack suite on the sandbox, with all that is known of it: nobody has to tell where the outside world is. */
import * as fs from "node:fs";
import * as path from "node:path";
import type { OutputMap } from "@pulumi/pulumi/automation";
import { runCommand } from "../verify/command";
import type { Cluster } from "./cluster";
import { plainOutputs } from "./engine";
import { stateFolder } from "./paths";
import { demoAccountsFile } from "./seed";
import { SandboxError } from "./shell";

const outputsFile = path.join(stateFolder, "outputs.json");
const argumentsFile = path.join(stateFolder, "attack.json");

/** Keeps what the attack suite must be told of a program that was brought up. */
export function rememberForAttack(outputs: OutputMap, kubeconfig: string, node?: Cluster): void {
    const ownOnly = { mode: 0o600 };
    fs.mkdirSync(stateFolder, { recursive: true });
    fs.writeFileSync(outputsFile, `${JSON.stringify(plainOutputs(outputs))}\n`, ownOnly);
    fs.writeFileSync(argumentsFile, `${JSON.stringify(attackArguments(kubeconfig, node))}\n`, ownOnly);
}

/** The suite's arguments. A node of the sandbox's own has hosts around it, visitors, and an audit log at hand. */
export function attackArguments(kubeconfig: string, node?: Pick<Cluster, "hosts" | "auditLog">): string[] {
    const any = ["--outputs", outputsFile, "--kubeconfig", kubeconfig];
    if (node === undefined) {
        return any;
    }
    const { client, server, metadata } = node.hosts;
    return [
        ...any,
        ...["--accounts", demoAccountsFile, "--audit-log", node.auditLog],
        ...["--egress-target", `${server.address}:80`, "--metadata-target", `${metadata.address}:80`],
        ...["--outside", `nsenter --net=${client.networkNamespace} --`],
    ];
}

/**
 * Attacks the program that runs on the sandbox, and answers with the suite's exit status. `further` arguments are the
 * suite's own.
 *
 * @throws SandboxError when nothing was brought up.
 */
export async function attackSandbox(further: string[]): Promise<number> {
    if (!fs.existsSync(argumentsFile)) {
        throw new SandboxError(
            "There is nothing to attack: no sandbox of this clone runs. Start one by `npm run sandbox`.",
        );
    }
    return runCommand([...JSON.parse(fs.readFileSync(argumentsFile, "utf8")), ...further]);
}
