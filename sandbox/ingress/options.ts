/** The keys of ingress-nginx's ConfigMap that the stand-in knows. Pure. */

interface Option {
    /** What ingress-nginx documents for a key that is left out. */
    default: string;
    /** What is wrong with a value, or undefined. */
    fault(value: string): string | undefined;
}

/** A value of each key. */
export type Options = Record<OptionName, string>;
export type OptionName = keyof typeof OPTIONS;

/** Every other key is refused by name: what would be ignored might be a defence. */
export const OPTIONS = {
    "allow-snippet-annotations": only("false", "false"),
    "allow-cross-namespace-resources": only("false", "false"),
    "annotation-value-word-blocklist": option("", /^[^\n]*$/, "a list of words"),
    "annotations-risk-level": option("High", /^(Low|Medium|High|Critical)$/, "a risk level"),
    "client-body-timeout": seconds("60"),
    "client-header-timeout": seconds("60"),
    "forwarded-for-header": option("X-Forwarded-For", /^[A-Za-z0-9-]+$/, "the name of a header"),
    "global-allowed-response-headers": names(),
    "hide-headers": names(),
    hsts: flag("true"),
    "hsts-include-subdomains": flag("true"),
    "hsts-max-age": seconds("31536000"),
    "keep-alive": seconds("75"),
    "limit-conn-status-code": errorStatus(),
    "limit-req-status-code": errorStatus(),
    "log-format-escape-json": flag("false"),
    "log-format-upstream": option(
        '$remote_addr [$time_local] "$request" $status $bytes_sent "$http_user_agent" $request_time [$namespace/$ingress_name] $upstream_addr $upstream_status $req_id',
        /^[^\n]+$/,
        "one line",
    ),
    "proxy-real-ip-cidr": option("0.0.0.0/0", /^[0-9a-fA-F.:/]+(,[0-9a-fA-F.:/]+)*$/, "addresses in CIDR notation"),
    "server-tokens": only("false", "false"),
    "ssl-protocols": option("TLSv1.2 TLSv1.3", /^TLSv1(\.[1-3])?( TLSv1(\.[1-3])?)*$/, "TLS versions"),
    // The certificate that ingress-nginx would show to clients of unknown hosts is one that it makes itself.
    "ssl-reject-handshake": only("true", "false"),
    "ssl-session-tickets": flag("false"),
    "strict-validate-path-type": only("true", "true"),
    "use-forwarded-headers": flag("false"),
    "worker-shutdown-timeout": option("240s", /^\d+s$/, "seconds, such as 240s"),
};

/** Reads the ConfigMap: the options, or what is wrong with it. */
export function readOptions(data: Record<string, string>): { options: Options; faults: string[] } {
    const known: Record<string, Option> = OPTIONS;
    const unknown = Object.keys(data).filter((key) => !Object.hasOwn(known, key));
    const values = Object.entries(known).map(([key, option]) => ({ key, option, value: data[key] ?? option.default }));
    const wrong = values.flatMap(({ key, option, value }) => {
        const fault = option.fault(value);
        return fault === undefined ? [] : [`${key}: ${fault}, is ${JSON.stringify(value)}`];
    });
    return {
        options: Object.fromEntries(values.map(({ key, value }) => [key, value])) as Options,
        faults: [...unknown.map((key) => `${key}: the stand-in does not implement this key`), ...wrong],
    };
}

/** The items of a list with commas. */
export function listOf(value: string): string[] {
    return value
        .split(",")
        .map((item) => item.trim())
        .filter(Boolean);
}

function option(byDefault: string, pattern: RegExp, what: string): Option {
    return { default: byDefault, fault: (value) => (pattern.test(value) ? undefined : `must be ${what}`) };
}

function only(value: string, byDefault: string): Option {
    const fault = `the stand-in implements ${JSON.stringify(value)} alone`;
    return { default: byDefault, fault: (given) => (given === value ? undefined : fault) };
}

function flag(byDefault: string): Option {
    return option(byDefault, /^(true|false)$/, "true or false");
}

function seconds(byDefault: string): Option {
    return option(byDefault, /^\d{1,9}$/, "a number of seconds");
}

function errorStatus(): Option {
    return option("503", /^[45]\d\d$/, "a status from 400 to 599");
}

function names(): Option {
    return option("", /^[A-Za-z0-9_, -]*$/, "a list of names of headers");
}
