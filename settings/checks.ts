/** Checks of single settings that the components don't make themselves. Pure; no Pulumi import. */
import { isIP } from "node:net";
import { ALLOWED_RESPONSE_HEADERS, headersFault } from "../components/application/security-headers";
import { cidrFault } from "../components/cidr";
import { environmentFault } from "../components/container/workload-rules";
import { rulesFileNamesFault } from "../components/monitoring/falco-rules";
import { hostFault } from "../components/names";
import type { Check } from "./kinds";

const REGISTRY = /^[A-Za-z0-9]([-A-Za-z0-9.]*[A-Za-z0-9])?(:\d{1,5})?$/;
const REPOSITORY = /^[a-z0-9]+([._/-]+[a-z0-9]+)*$/;

/** A check by a pattern: what the value must be, and one value that it may be. */
export function matching(pattern: RegExp, demand: string, example: string): Check<string> {
    return (text) =>
        pattern.test(text)
            ? undefined
            : `must be ${demand}, is ${JSON.stringify(text)}; write for example "${example}"`;
}

/** Name of an environment variable, out of those that are the user's. */
export const environmentNameFault: Check<string> = (text) =>
    environmentFault({ [text]: "" }) === undefined
        ? undefined
        : `must be letters, digits and "_", not start with a digit and be none that Bulwark sets, is ${JSON.stringify(text)}; write for example "LOG_LEVEL"`;

/** Name of a file of Falco's rules, out of those that are the user's. */
export const rulesFileFault: Check<string> = (text) =>
    rulesFileNamesFault({ [text]: "" }) === undefined
        ? undefined
        : `must end in ".yaml" or ".yml" and be none of Bulwark's own files, is ${JSON.stringify(text)}; write for example "my-rules.yaml"`;

/** Name of a response header that an Ingress may set; the controller compares it case-sensitively. */
export const responseHeaderFault: Check<string> = (text) => {
    if (ALLOWED_RESPONSE_HEADERS.includes(text)) {
        return undefined;
    }
    const meant = ALLOWED_RESPONSE_HEADERS.find((allowed) => allowed.toLowerCase() === text.toLowerCase());
    const advice = meant ? `write "${meant}"` : `they are ${ALLOWED_RESPONSE_HEADERS.join(", ")}`;
    return `must be a header that the controller lets an Ingress set, is ${JSON.stringify(text)}; ${advice}`;
};

/** Content of a response header, empty to leave it to the application. */
export const headerValueFault: Check<string> = (text) =>
    headersFault({ "X-Frame-Options": text }) === undefined
        ? undefined
        : `must be one line of ASCII text, is ${JSON.stringify(text)}; write for example "DENY"`;

/** Range of a proxy that is trusted with the client's address. */
export const proxyCidrFault: Check<string> = (text) =>
    cidrFault(text) ??
    (text.endsWith("/0")
        ? `must not be every address, is ${JSON.stringify(text)}; each client could choose the address that it is limited by`
        : undefined);

export const tagFault = matching(/^[A-Za-z0-9_][A-Za-z0-9._-]{0,127}$/, "an image tag", "1.4.2");

export const registryFault = matching(REGISTRY, "the host of a container registry", "ghcr.io");

export const repositoryFault = matching(REPOSITORY, "a path within a container registry, in lower case", "example/app");

export const chartFault = matching(
    /^(oci:\/\/\S+|[^\s:](?:[^\r\n:]*[^\s:])?)$/,
    "the name of a chart, an oci:// reference or the path of a folder or archive",
    "oci://ghcr.io/example/charts/falco",
);

const chartRepositoryAddress = matching(
    /^https?:\/\/[^\s@]+$/,
    "the address of a chart repository",
    "https://charts.example.com",
);

/** Address of a chart repository. One with credentials is refused, and not shown. */
export const chartRepositoryFault: Check<string> = (text) =>
    text.includes("@")
        ? "must hold no credentials, which would be stored in clear text; leave them to Helm's own configuration"
        : chartRepositoryAddress(text);

/** Exact version: a range would install something else tomorrow. */
export const chartVersionFault = matching(
    /^v?\d+\.\d+\.\d+(-[0-9A-Za-z.-]+)?(\+[0-9A-Za-z.-]+)?$/,
    "one exact chart version, not a range",
    "4.15.1",
);

export const textFault: Check<string> = (text) =>
    text.trim() === "" || text.includes("\0")
        ? `must be a text that is not empty, is ${JSON.stringify(text)}`
        : undefined;

/** Value of an environment variable, which may be empty. */
export const anyTextFault: Check<string> = (text) =>
    text.includes("\0") ? `must be a text (without NUL characters), is ${JSON.stringify(text)}` : undefined;

/** Path of a file. Its content, pasted by mistake, may hold credentials, so it is not shown. */
export const filePathFault: Check<string> = (text) =>
    /[\r\n]/.test(text)
        ? 'must be the path of a file, not its content; write for example "./kubeconfig"'
        : matching(/^[^\0]*[^\s\0][^\0]*$/, "the path of a file", "./kubeconfig")(text);

/** DNS name or IP address. */
export const addressFault: Check<string> = (text) =>
    isIP(text) > 0 || text === "localhost" || hostFault(text) === undefined
        ? undefined
        : `must be a DNS name or an IP address, is ${JSON.stringify(text)}; write for example "10.0.0.5"`;
