import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";

/** Where a Helm chart comes from. What is left out falls back to the chart that this version of Bulwark was tested with. */
export interface ChartSourceArgs {
    /** A chart name within `repository`, an `oci://` reference, or the path of a local folder or archive. */
    chart?: pulumi.Input<string> | undefined;
    /** Address of a classic chart repository. Left out with an `oci://` reference or a path. */
    repository?: pulumi.Input<string> | undefined;
    /** Exact chart version. Defaults to the tested one, or for a `chart` of your own to whatever that holds. */
    version?: pulumi.Input<string> | undefined;
    /** Seconds that Helm waits for the release to become ready. Defaults to 600. */
    timeoutSeconds?: pulumi.Input<number> | undefined;
}

/** Where a container image comes from. What is left out stays as the chart has it. */
export interface ContainerImageArgs {
    /** Host of the registry, such as `ghcr.io`. */
    registry?: pulumi.Input<string> | undefined;
    /** Path within the registry, such as `example/app`. */
    repository?: pulumi.Input<string> | undefined;
    /** Tag. */
    tag?: pulumi.Input<string> | undefined;
    /** Digest (`sha256:…`); it wins over the tag. */
    digest?: pulumi.Input<string> | undefined;
}

/** A chart's source with every value known. */
export interface ChartSource {
    chart: string;
    repository?: string | undefined;
    version?: string | undefined;
    timeoutSeconds: number;
}

/**
 * The arguments over the defaults. A chart of the user's own takes neither the default repository nor the default
 * version along: they would name something that isn't there.
 */
export function chartSource(args: ChartSourceArgs | undefined, defaults: ChartSource): pulumi.Output<ChartSource> {
    return pulumi.output(args ?? {}).apply((given) => ({
        chart: given.chart ?? defaults.chart,
        repository: given.repository ?? (given.chart === undefined ? defaults.repository : undefined),
        version:
            given.version ??
            (given.chart === undefined || given.chart === defaults.chart ? defaults.version : undefined),
        timeoutSeconds: given.timeoutSeconds ?? defaults.timeoutSeconds,
    }));
}

/**
 * Installs a chart as a Helm release: hooks run, a failed install is rolled back whole, a failed upgrade leaves nothing
 * behind, and the name is fixed, because Services, policies and certificates are named after it.
 */
export function hardenedRelease(
    name: string,
    args: {
        releaseName: pulumi.Input<string>;
        namespace: pulumi.Input<string>;
        source: pulumi.Output<ChartSource>;
        values: pulumi.Input<Record<string, unknown>>;
    },
    opts: pulumi.CustomResourceOptions,
): k8s.helm.v3.Release {
    const { source } = args;
    return new k8s.helm.v3.Release(
        name,
        {
            name: args.releaseName,
            namespace: args.namespace,
            chart: source.chart,
            version: source.version as pulumi.Output<string>,
            repositoryOpts: { repo: source.repository as pulumi.Output<string> },
            values: args.values as pulumi.Input<Record<string, pulumi.Input<unknown>>>,
            timeout: source.timeoutSeconds,
            atomic: true,
            cleanupOnFail: true,
            maxHistory: 5,
        },
        opts,
    );
}
