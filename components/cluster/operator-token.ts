import * as pulumi from "@pulumi/pulumi";
import { parseDuration } from "../duration";
import { type KubeConfigChoice, loadKubeConfig } from "../kube-config";
import { withoutStack } from "../without-stack";

/** A token of a ServiceAccount, and the way to the API server that issues it. */
export interface TokenWish extends KubeConfigChoice {
    namespaceName: string;
    accountName: string;
    /** Such as `1h`. */
    lifetime: string;
}

/** Stands in a preview's kubeconfig, where nothing may be issued. */
export const NO_TOKEN_YET = "issued-by-pulumi-up";

/**
 * A token by a TokenRequest. No resource stands for it: the API server keeps nothing of it, and one that Pulumi kept as
 * long as a resource would be the long-lived token that this is to replace. So each update asks for a new one.
 *
 * @throws pulumi.RunError with the API server's reason, never with the token or the kubeconfig.
 */
export async function requestToken(wish: TokenWish): Promise<string> {
    if (pulumi.runtime.isDryRun()) {
        return NO_TOKEN_YET;
    }
    const { namespaceName: namespace, accountName: name, lifetime } = wish;
    const { config, library } = await loadKubeConfig(wish);
    // No audience: that of the API server is meant.
    const body = { spec: { audiences: [], expirationSeconds: parseDuration(lifetime) / 1_000 } };
    try {
        const { status } = await config
            .makeApiClient(library.CoreV1Api)
            .createNamespacedServiceAccountToken({ name, namespace, body });
        return status?.token ?? "";
    } catch (error) {
        throw withoutStack(
            new pulumi.RunError(
                `The API server issued no token for ${namespace}/${name}: ${reasonOf(error)}. It takes \`create\` on serviceaccounts/token.`,
            ),
        );
    }
}

function reasonOf(error: unknown): string {
    const { body, code, message } = error as { body?: unknown; code?: unknown; message?: string };
    try {
        const status = (typeof body === "string" ? JSON.parse(body) : body) as { message?: string } | undefined;
        return status?.message ?? (code === undefined ? (message ?? "no reason given") : `HTTP ${code}`);
    } catch {
        return `HTTP ${code}`;
    }
}
