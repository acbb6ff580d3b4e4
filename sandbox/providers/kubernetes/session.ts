/** What the provider's configuration comes to: the cluster, and how objects are treated. */
import type { CheckFailure } from "../resource-type";
import { isUnknown, type Props } from "../wire";
import { type Cluster, connect } from "./cluster";
import type { Mutability } from "./difference";

/** The configuration that is understood; the rest would be about what this provider doesn't do. */
const SETTINGS = [
    "kubeconfig",
    "context",
    "namespace",
    "enableSecretMutable",
    "enableConfigMapMutable",
    "enablePatchForce",
    "enableServerSideApply",
    "suppressDeprecationWarnings",
    "suppressHelmHookWarnings",
];

/** Settings of the engine's own. */
const ENGINE_SETTINGS = ["version", "pluginDownloadURL", "__internal"];

export class Session {
    mutability: Mutability = { secrets: false, configMaps: false };
    patchForce = false;
    private config: Record<string, string> = {};
    private connection: Promise<Cluster> | undefined;

    async configure(config: Record<string, string>): Promise<void> {
        this.config = config;
        this.connection = undefined;
        this.mutability = {
            secrets: config.enableSecretMutable === "true",
            configMaps: config.enableConfigMapMutable === "true",
        };
        this.patchForce = config.enablePatchForce === "true";
    }

    /** Made when first needed: a preview must pass without a kubeconfig. */
    cluster(): Promise<Cluster> {
        this.connection ??= connect(this.config.kubeconfig, this.config.context);
        return this.connection;
    }

    /** Namespace of objects that name none. */
    async defaultNamespace(): Promise<string> {
        if (this.config.namespace) {
            return this.config.namespace;
        }
        const named = await this.cluster().then(
            (cluster) => cluster.namespace,
            () => undefined,
        );
        return named ?? "default";
    }
}

export async function checkConfig(news: Props): Promise<CheckFailure[]> {
    const failures = Object.entries(news)
        .filter(([, value]) => value !== null && value !== undefined && value !== "" && value !== "false")
        .filter(([name]) => !SETTINGS.includes(name) && !ENGINE_SETTINGS.includes(name))
        .map(([property]) => ({ property, reason: "the offline stand-in does not implement this setting" }));
    const apply = news.enableServerSideApply;
    if (apply !== undefined && !isUnknown(apply) && String(apply) !== "true") {
        failures.push({
            property: "enableServerSideApply",
            reason: "the offline stand-in knows no other way to apply",
        });
    }
    return failures;
}
