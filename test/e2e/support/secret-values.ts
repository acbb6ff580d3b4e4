/** The secrets that a stack has generated, with their real values. */
import { createPrivateKey } from "node:crypto";
import type { Stack } from "@pulumi/pulumi/automation";
import type { Secrets } from "./secret-forms";

interface State {
    resources: { urn: string; type: string; outputs?: Record<string, unknown> }[];
}

/** What is secret of each type that generates something. */
const GENERATED: Record<string, string[]> = {
    "random:index/randomPassword:RandomPassword": ["result", "bcryptHash"],
    "tls:index/privateKey:PrivateKey": ["privateKeyPem", "privateKeyPemPkcs8", "privateKeyOpenssh"],
};

/** All passwords and private keys of a stack's state. */
export async function generatedSecrets(stack: Stack): Promise<Secrets> {
    const { resources } = (await stack.exportStack()).deployment as State;
    const found = resources.flatMap(({ urn, type, outputs }) =>
        (GENERATED[type] ?? []).flatMap((output) => {
            const lines = secretLines(plain(outputs?.[output]));
            return lines.map((line, index) => [`${urn.split("::").at(-1)}: ${output} ${index}`, line]);
        }),
    );
    return Object.fromEntries(found);
}

/** Members of a JSON Web Key that its public half hasn't got. */
const PRIVATE_MEMBERS = ["d", "p", "q", "dp", "dq", "qi"] as const;
/** So many bytes in a row are no chance. */
const RUN = 8;

/**
 * What is secret of a value: of a key in PEM the lines that hold a part of the private half, since JSON, YAML and shells
 * write line breaks in ways of their own, and the public half is in certificates as well.
 */
function secretLines(value: string): string[] {
    if (!value.startsWith("-----BEGIN ")) {
        return value === "" ? [] : [value];
    }
    if (value.startsWith("-----BEGIN OPENSSH")) {
        return []; // the same key once more, which nothing here uses and Node can't read
    }
    const key = createPrivateKey(value).export({ format: "jwk" });
    const secret = PRIVATE_MEMBERS.map((member) => Buffer.from(String(key[member] ?? ""), "base64url"));
    return value.split("\n").filter((line) => {
        const bytes = Buffer.from(line.startsWith("-----") ? "" : line, "base64");
        const runs = Array.from({ length: Math.max(bytes.length - RUN + 1, 0) }, (_, at) =>
            bytes.subarray(at, at + RUN),
        );
        return runs.some((run) => secret.some((part) => part.includes(run)));
    });
}

/** The value of a secret, as an export shows it. */
function plain(value: unknown): string {
    if (typeof value === "object" && value !== null && "plaintext" in value) {
        return JSON.parse(String(value.plaintext)) as string;
    }
    return typeof value === "string" ? value : "";
}

/** The operators' token in the kubeconfig that the stack puts out. Its signature: the rest tells who it is for. */
export async function operatorToken(stack: Stack): Promise<Secrets> {
    const { operatorKubeconfig } = await stack.outputs();
    const [, signature] = /"?token"?: ?"?[\w-]+\.[\w-]+\.([\w-]+)/.exec(String(operatorKubeconfig?.value)) ?? [];
    return signature === undefined ? {} : { "operators' token": signature };
}
