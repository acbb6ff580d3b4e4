import type * as client from "@kubernetes/client-node";
import * as pulumi from "@pulumi/pulumi";
import { withoutStack } from "./without-stack";

/** Which cluster is meant, as for kubectl. */
export interface KubeConfigChoice {
    /** Content or path of a kubeconfig; by default `KUBECONFIG` or the one in the home folder. */
    kubeconfig?: string | undefined;
    /** Context within the kubeconfig; by default its current one. */
    context?: string | undefined;
}

/**
 * The kubeconfig, and the library to use it with.
 *
 * @throws pulumi.RunError without a word of the content, when that can't be read or parsed, or hasn't got the context.
 */
export async function loadKubeConfig(
    choice: KubeConfigChoice,
): Promise<{ config: client.KubeConfig; library: typeof client }> {
    // An ESM-only module: a CommonJS package can only import it dynamically.
    const library = await import("@kubernetes/client-node");
    const config = new library.KubeConfig();
    const { kubeconfig, context } = choice;
    if (kubeconfig === undefined) {
        config.loadFromDefault();
    } else if (kubeconfig.includes("\n") || kubeconfig.trimStart().startsWith("{")) {
        loadSecretly(() => config.loadFromString(kubeconfig), "The given kubeconfig");
    } else {
        loadSecretly(() => config.loadFromFile(kubeconfig), `The kubeconfig ${JSON.stringify(kubeconfig)}`);
    }
    if (context !== undefined) {
        if (config.getContextObject(context) === null) {
            const names = config.getContexts().map(({ name }) => JSON.stringify(name));
            const known = names.length === 0 ? "none" : names.join(", ");
            throw withoutStack(
                new pulumi.RunError(`The kubeconfig has no context ${JSON.stringify(context)}; it has ${known}.`),
            );
        }
        config.setCurrentContext(context);
    }
    return { config, library };
}

/** The parser's own message would quote the line that it stumbled over. */
function loadSecretly(load: () => void, what: string): void {
    try {
        load();
    } catch (error) {
        const { code } = error as { code?: unknown };
        const fault = typeof code === "string" ? `can't be read (${code})` : "can't be parsed";
        throw withoutStack(new pulumi.RunError(`${what} ${fault}.`));
    }
}
