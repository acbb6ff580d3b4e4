/** The command lines of helm. Pure. */

/** A release as the program describes it. */
export interface ReleaseSettings {
    name: string;
    namespace: string;
    chart: string;
    version?: string;
    repositoryOpts?: { repo?: string; caFile?: string; certFile?: string; keyFile?: string };
    values?: Record<string, unknown>;
    atomic?: boolean;
    cleanupOnFail?: boolean;
    createNamespace?: boolean;
    dependencyUpdate?: boolean;
    description?: string;
    devel?: boolean;
    disableCRDHooks?: boolean;
    disableOpenapiValidation?: boolean;
    disableWebhooks?: boolean;
    forceUpdate?: boolean;
    maxHistory?: number;
    renderSubchartNotes?: boolean;
    replace?: boolean;
    resetValues?: boolean;
    reuseValues?: boolean;
    skipAwait?: boolean;
    skipCrds?: boolean;
    timeout?: number;
    waitForJobs?: boolean;
}

/** Seconds that an operation may take when the program doesn't say. */
export const DEFAULT_TIMEOUT_SECONDS = 300;

/** The major version of a helm program by what it says of itself; Helm 4 renamed some options. */
export function majorVersion(versionText: string): number {
    return Number(/^v?(\d+)\./.exec(versionText.trim())?.[1] ?? 3);
}

/** Values always come from the standard input: neither the process list nor a file shows them. */
const VALUES = ["--values", "-"];

export function installArguments(release: ReleaseSettings, major: number): string[] {
    return [
        "install",
        release.name,
        ...chartArguments(release),
        ...VALUES,
        ...commonArguments(release, major),
        ...option(release.disableWebhooks, "--no-hooks"),
        ...option(release.createNamespace, "--create-namespace"),
        ...option(release.replace, "--replace"),
        ...option(release.skipCrds, "--skip-crds"),
        // The real provider is built on Helm 3, which merges changes on the client.
        ...option(major >= 4, "--server-side=false"),
    ];
}

export function upgradeArguments(release: ReleaseSettings, major: number): string[] {
    return [
        "upgrade",
        release.name,
        ...chartArguments(release),
        ...VALUES,
        ...commonArguments(release, major),
        ...option(release.disableCRDHooks, "--no-hooks"),
        ...option(release.cleanupOnFail, "--cleanup-on-fail"),
        ...option(release.forceUpdate, major >= 4 ? "--force-replace" : "--force"),
        ...option(release.resetValues, "--reset-values"),
        ...option(release.reuseValues, "--reuse-values"),
        `--history-max=${release.maxHistory ?? 0}`,
        ...option(major >= 4, "--server-side=false"),
    ];
}

/** Renders the chart without asking the cluster. */
export function templateArguments(release: ReleaseSettings): string[] {
    return [
        "template",
        release.name,
        ...chartArguments(release),
        ...VALUES,
        `--namespace=${release.namespace}`,
        ...option(release.dependencyUpdate, "--dependency-update"),
        ...option(release.skipCrds, "--skip-crds"),
    ];
}

/** Prints the chart's own description. */
export function showArguments(release: ReleaseSettings): string[] {
    return ["show", "chart", ...chartArguments(release)];
}

export function uninstallArguments(release: ReleaseSettings, major: number): string[] {
    const wait = release.atomic || !release.skipAwait;
    return [
        "uninstall",
        release.name,
        `--namespace=${release.namespace}`,
        "--ignore-not-found",
        ...(wait ? [waitOption(major), timeoutOption(release)] : []),
    ];
}

export function statusArguments(name: string, namespace: string): string[] {
    return ["status", name, `--namespace=${namespace}`, "--output=json"];
}

function chartArguments({ chart, version, devel, repositoryOpts = {} }: ReleaseSettings): string[] {
    const { repo, caFile, certFile, keyFile } = repositoryOpts;
    return [
        chart,
        ...valued("--version", version),
        ...option(devel, "--devel"),
        ...valued("--repo", repo),
        ...valued("--ca-file", caFile),
        ...valued("--cert-file", certFile),
        ...valued("--key-file", keyFile),
    ];
}

function commonArguments(release: ReleaseSettings, major: number): string[] {
    return [
        `--namespace=${release.namespace}`,
        timeoutOption(release),
        ...option(!release.skipAwait, waitOption(major)),
        ...option(!release.skipAwait && release.waitForJobs, "--wait-for-jobs"),
        ...option(release.atomic, major >= 4 ? "--rollback-on-failure" : "--atomic"),
        ...option(release.dependencyUpdate, "--dependency-update"),
        ...option(release.disableOpenapiValidation, "--disable-openapi-validation"),
        ...option(release.renderSubchartNotes, "--render-subchart-notes"),
        ...valued("--description", release.description),
    ];
}

/** Helm 4 waits in another way by default, which needs rights to watch everything. */
function waitOption(major: number): string {
    return major >= 4 ? "--wait=legacy" : "--wait";
}

function timeoutOption({ timeout }: ReleaseSettings): string {
    return `--timeout=${timeout ?? DEFAULT_TIMEOUT_SECONDS}s`;
}

function option(given: boolean | undefined, flag: string): string[] {
    return given ? [flag] : [];
}

function valued(flag: string, value: string | undefined): string[] {
    return value ? [`${flag}=${value}`] : [];
}
