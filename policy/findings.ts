/** What is wrong with Helm values, Ingresses and NetworkPolicies. Pure; no Pulumi import. */

type Tree = Record<string, unknown>;

/** Keys whose text is a secret. Those that name a Secret or a key in it (`existingSecret`, `passwordKey`) end otherwise. */
const SECRET_KEY =
    /(pass(word|wd|phrase)?|token|secretaccesskey|secret_?key|access_?key|api_?key|private_?key|clientsecret|credentials?)$/i;

/** Secrets that stand in Helm values as they are. The value itself is never told. */
export function plaintextSecrets(values: Tree): string[] {
    return leaves(values)
        .filter(({ key, value }) => SECRET_KEY.test(key) && typeof value === "string" && value !== "")
        .map(
            ({ path }) =>
                `values.${path} must not hold a secret; put it into a Secret and name that, for example by existingSecret`,
        );
}

/** Images in Helm values that change behind their name. */
export function latestImages(values: Tree): string[] {
    return leaves(values)
        .filter(
            ({ key, value }) =>
                typeof value === "string" &&
                ((key === "tag" && value === "latest") || (key === "image" && value.endsWith(":latest"))),
        )
        .map(({ path }) => `values.${path} must be a version, not latest`);
}

/** Hosts of an Ingress without TLS. */
export function insecureHosts(spec: { rules?: { host?: string }[]; tls?: { hosts?: string[] }[] }): string[] {
    const secured = (spec.tls ?? []).flatMap(({ hosts }) => hosts ?? []);
    const hosts = (spec.rules ?? []).map(({ host }) => host ?? "");
    return (hosts.length > 0 ? hosts : [""])
        .filter((host) => !secured.some((covered) => covers(covered, host)))
        .map(
            (host) =>
                `${host === "" ? "every host" : `host ${JSON.stringify(host)}`} must stand in spec.tls[].hosts, with a secretName beside it`,
        );
}

/** A wildcard covers one label, as in a certificate. */
function covers(covered: string, host: string): boolean {
    return covered === host || (covered.startsWith("*.") && covered.slice(1) === host.slice(host.indexOf(".")));
}

/** A NetworkPolicy's spec, as far as it matters here. */
export interface Policy {
    podSelector?: Tree;
    policyTypes?: string[];
    ingress?: unknown[];
    egress?: unknown[];
}

/** Whether a policy isolates every pod of its namespace in both directions. */
export function isDenyAll(spec: Policy | undefined): boolean {
    const { podSelector, policyTypes = [], ingress = [], egress = [] } = spec ?? {};
    const everyPod =
        podSelector !== undefined &&
        Object.values(podSelector).every(
            (part) => part === undefined || part === null || Object.keys(part).length === 0,
        );
    const both = policyTypes.includes("Ingress") && policyTypes.includes("Egress");
    return everyPod && both && ingress.length === 0 && egress.length === 0;
}

function leaves(value: unknown, path = "", key = ""): { path: string; key: string; value: unknown }[] {
    if (typeof value !== "object" || value === null) {
        return [{ path, key, value }];
    }
    return Object.entries(value).flatMap(([name, part]) => {
        const at = Array.isArray(value) ? `${path}[${name}]` : path === "" ? name : `${path}.${name}`;
        return leaves(part, at, Array.isArray(value) ? key : name);
    });
}
