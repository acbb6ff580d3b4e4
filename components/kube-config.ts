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
 * @throws pulumi.RunError without a word of the content, when that can't be parsed.
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
        loadSecretly(config, kubeconfig);
    } else {
        config.loadFromFile(kubeconfig);
    }
    if (context !== undefined) {
        config.setCurrentContext(context);
    }
    return { config, library };
}

/** The parser's own message would quote the line that it stumbled over. */
function loadSecretly(config: client.KubeConfig, content: string): void {
    try {
        config.loadFromString(content);
    } catch {
        throw withoutStack(new pulumi.RunError("The given kubeconfig can't be parsed."));
    }
}
