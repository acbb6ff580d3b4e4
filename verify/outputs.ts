/** What the program's stack tells about itself. */
import { execFile } from "node:child_process";
import * as fs from "node:fs";
import { promisify } from "node:util";
import { z } from "zod";
import { UsageError } from "./options";

const name = z.string().min(1);

/** The outputs that the attack suite reads. The optional ones are left out where the stack hasn't got the thing. */
const OUTPUTS = z.object({
    /** Namespace of the application, its Deployment and its Service. */
    namespace: name,
    deployment: name,
    service: name,
    /** Where clients reach the application. */
    url: z.url({ protocol: /^https$/ }).optional(),
    databaseNamespace: name,
    /** DNS name of the database: its Service, its namespace, and so on. */
    databaseHost: name,
    /** Name of the database. */
    database: name.optional(),
    /** Secret with the application's credentials, in its namespace. */
    credentialsSecret: name.optional(),
    /** Secret with the credentials of the database's owner, in the database's namespace. */
    ownerSecret: name.optional(),
    /** Column that keeps tenants apart, and the setting that names the tenant of a session. */
    tenantColumn: name.optional(),
    tenantSetting: name.optional(),
    /** Every namespace that the program made. */
    namespaces: z.array(name).optional(),
    /** ServiceAccount of the operators. */
    operatorNamespace: name.optional(),
    operatorAccount: name.optional(),
    /** Namespace whose Services may have addresses outside the cluster. */
    ingressNamespace: name.optional(),
    /** Names of the guardrails' policies. */
    guardrailPolicies: z.array(name).optional(),
});

export type StackOutputs = z.infer<typeof OUTPUTS>;

/** Checks outputs, however they were read; all faults at once. */
export function parseOutputs(outputs: unknown, source: string): StackOutputs {
    const { success, data, error } = OUTPUTS.safeParse(outputs);
    if (!success) {
        const faults = error.issues.map(({ path, message }) => `  ${path.join(".")}: ${message}`);
        throw new UsageError(`${source} aren't those of this program:\n${faults.join("\n")}`);
    }
    return data;
}

/** Asks the Pulumi CLI; secret outputs stay hidden. */
export async function stackOutputs(stack: string, folder: string): Promise<StackOutputs> {
    const args = ["stack", "output", "--json", "--non-interactive", "--stack", stack, "--cwd", folder];
    const { stdout } = await promisify(execFile)("pulumi", args).catch(
        (error: NodeJS.ErrnoException & { stderr?: string }) => {
            const reason =
                error.code === "ENOENT" ? "there is no pulumi in the PATH" : (error.stderr ?? error.message).trim();
            throw new UsageError(`The outputs of the stack "${stack}" can't be read: ${reason}`);
        },
    );
    return parseOutputs(JSON.parse(stdout), `The outputs of the stack "${stack}"`);
}

/** A file with what `pulumi stack output --json` printed. */
export function outputsFile(file: string): StackOutputs {
    let content: unknown;
    try {
        content = JSON.parse(fs.readFileSync(file, "utf8"));
    } catch (error) {
        throw new UsageError(`${file} can't be read as JSON: ${(error as Error).message}`);
    }
    return parseOutputs(content, `The outputs in ${file}`);
}
