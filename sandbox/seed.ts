/** Fills the tables of the sample application, so that whoever visits the sandbox sees something. */
import { randomBytes } from "node:crypto";
import * as fs from "node:fs";
import * as path from "node:path";
import type { OutputMap } from "@pulumi/pulumi/automation";
import { repositoryFolder, stateFolder } from "./paths";
import { run } from "./shell";

/** Where the application and its database are. */
export interface SeedPlace {
    kubectl: string;
    kubeconfig: string;
    namespace: string;
    deployment: string;
    databaseNamespace: string;
    /** DNS name of the database, which begins with the name of its StatefulSet. */
    databaseHost: string;
    database: string;
    ownerSecret: string;
}

/** The place of a stack of the whole program. */
export function seedPlace(
    { kubectl, kubeconfig }: Pick<SeedPlace, "kubectl" | "kubeconfig">,
    outputs: OutputMap,
): SeedPlace {
    const value = (name: string) => String(outputs[name]?.value);
    return {
        kubectl,
        kubeconfig,
        namespace: value("namespace"),
        deployment: value("deployment"),
        databaseNamespace: value("databaseNamespace"),
        databaseHost: value("databaseHost"),
        database: value("database"),
        ownerSecret: value("ownerSecret"),
    };
}

/** Who can sign in, with their passwords. */
export type DemoAccounts = Record<"alice" | "bruno", string>;

/** Accounts with new passwords. */
export function newAccounts(): DemoAccounts {
    const password = () => randomBytes(12).toString("base64url");
    return { alice: password(), bruno: password() };
}

/** The file with the accounts of this sandbox. */
export const demoAccountsFile = path.join(stateFolder, "demo-accounts.json");

/** Accounts with passwords of this sandbox's own, made once. */
export function demoAccounts(): DemoAccounts {
    if (!fs.existsSync(demoAccountsFile)) {
        fs.mkdirSync(stateFolder, { recursive: true });
        fs.writeFileSync(demoAccountsFile, `${JSON.stringify(newAccounts(), null, 4)}\n`, { mode: 0o600 });
    }
    return JSON.parse(fs.readFileSync(demoAccountsFile, "utf8")) as DemoAccounts;
}

/** Makes the tables as the owner of the database and puts two tenants into them; can be run any number of times. */
export async function seedSampleApp(place: SeedPlace, accounts: DemoAccounts): Promise<void> {
    const hashes = await Promise.all(
        Object.entries(accounts).map(async ([name, password]) => {
            const hash = await inPod(place, place.namespace, `deploy/${place.deployment}`, HASH, password);
            return `\\set ${name}_hash '${hash}'`;
        }),
    );
    const folder = path.join(repositoryFolder, "examples", "sample-app");
    const [schema, demo] = ["schema.sql", "demo.sql"].map((name) => fs.readFileSync(path.join(folder, name), "utf8"));
    const { username, password } = await ownerLogin(place);
    // Passwords and hashes go by standard input: the API server's audit log keeps command lines.
    const psql = `read -r PGPASSWORD; export PGPASSWORD; exec psql -h 127.0.0.1 -U "$0" -d "$1" -X -q -1 -v ON_ERROR_STOP=1`;
    const [statefulSet = ""] = place.databaseHost.split(".");
    await inPod(
        place,
        place.databaseNamespace,
        `statefulset/${statefulSet}`,
        ["sh", "-c", psql, username, place.database],
        [password, "SET client_min_messages = warning;", ...hashes, schema, demo].join("\n"),
    );
}

const HASH = ["node", "/app/hash-password.js"];

async function ownerLogin(place: SeedPlace): Promise<{ username: string; password: string }> {
    const args = ["get", "secret", "-n", place.databaseNamespace, place.ownerSecret, "-o", "json"];
    const secret = await run(place.kubectl, args, { env: { KUBECONFIG: place.kubeconfig } });
    const { data } = JSON.parse(secret) as { data: Record<string, string> };
    const value = (key: string) => Buffer.from(data[key] ?? "", "base64").toString("utf8");
    return { username: value("username"), password: value("password") };
}

function inPod(place: SeedPlace, namespace: string, pod: string, command: string[], input: string): Promise<string> {
    const args = ["exec", "-i", "-n", namespace, pod, "--", ...command];
    return run(place.kubectl, args, { input, env: { KUBECONFIG: place.kubeconfig } });
}
