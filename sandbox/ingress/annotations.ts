/** The annotations of ingress-nginx that the stand-in knows. Pure. */
import { listOf, type Options } from "./options";

export const PREFIX = "nginx.ingress.kubernetes.io/";

/** What an Ingress asks for. */
export interface Protection {
    requestsPerSecond?: number;
    burstMultiplier: number;
    connections?: number;
    bodySize: string;
    /** Whether to redirect to TLS: hosts with a certificate of their own, or always. */
    redirect: "with-tls" | "always" | "never";
    /** ConfigMap `namespace/name` with response headers. */
    headers?: string;
}

const RISKS = ["Low", "Medium", "High", "Critical"];
const COUNT = /^[1-9]\d{0,6}$/;
const FLAG = /^(true|false)$/;

/** The risk that ingress-nginx's documentation gives an annotation, and what its value looks like. */
const ANNOTATIONS: Record<string, { risk: string; value: RegExp }> = {
    "limit-rps": { risk: "Low", value: COUNT },
    "limit-burst-multiplier": { risk: "Low", value: COUNT },
    "limit-connections": { risk: "Low", value: COUNT },
    "proxy-body-size": { risk: "Medium", value: /^\d+[bkmg]?$/i },
    "ssl-redirect": { risk: "Low", value: FLAG },
    "force-ssl-redirect": { risk: "Medium", value: FLAG },
    "custom-headers": { risk: "Medium", value: /^([a-z0-9-]+\/)?[a-z0-9.-]+$/ },
};

/** Reads an Ingress's annotations: what it asks for, or what is wrong with them. */
export function readAnnotations(
    all: Record<string, string>,
    namespace: string,
    options: Options,
): { protection: Protection; faults: string[] } {
    const own = Object.entries(all).filter(([name]) => name.startsWith(PREFIX));
    const given = Object.fromEntries(own.map(([name, value]) => [name.slice(PREFIX.length), value]));
    const faults = Object.entries(given).flatMap(([name, value]) => {
        const fault = faultOf(name, value, namespace, options);
        return fault === undefined ? [] : [`annotation ${PREFIX}${name}: ${fault}`];
    });
    const number = (name: string) => (given[name] === undefined ? undefined : Number(given[name]));
    const headers = given["custom-headers"];
    const [requestsPerSecond, connections] = [number("limit-rps"), number("limit-connections")];
    const protection: Protection = {
        ...(requestsPerSecond && { requestsPerSecond }),
        burstMultiplier: number("limit-burst-multiplier") ?? 5,
        ...(connections && { connections }),
        bodySize: given["proxy-body-size"] ?? "1m",
        redirect:
            given["force-ssl-redirect"] === "true"
                ? "always"
                : given["ssl-redirect"] === "false"
                  ? "never"
                  : "with-tls",
        ...(headers && { headers: headers.includes("/") ? headers : `${namespace}/${headers}` }),
    };
    return { protection, faults };
}

function faultOf(name: string, value: string, namespace: string, options: Options): string | undefined {
    const known = Object.hasOwn(ANNOTATIONS, name) ? ANNOTATIONS[name] : undefined;
    if (known === undefined) {
        return "the stand-in does not implement it";
    }
    const allowed = options["annotations-risk-level"];
    if (RISKS.indexOf(known.risk) > RISKS.indexOf(allowed)) {
        return `its risk is ${known.risk}, and annotations-risk-level allows ${allowed}`;
    }
    const word = listOf(options["annotation-value-word-blocklist"]).find((each) => value.includes(each));
    if (word !== undefined) {
        return `contains ${JSON.stringify(word)}, a word of annotation-value-word-blocklist`;
    }
    if (!known.value.test(value)) {
        return `${JSON.stringify(value)} is no value for it`;
    }
    if (name === "custom-headers" && value.includes("/") && !value.startsWith(`${namespace}/`)) {
        return "names a ConfigMap of another namespace, which allow-cross-namespace-resources forbids";
    }
    return undefined;
}
