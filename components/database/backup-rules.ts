/** What a backup's settings may hold. Pure; no Pulumi import. */
import { X509Certificate } from "node:crypto";

/** Below that a key doesn't protect what is kept for years. */
const LEAST_BITS = 3_072;

const HOW_TO_MAKE = 'make one by "openssl req -x509 -newkey rsa:4096 -subj /CN=backup -days 36500"';

/** What is wrong with a certificate for whose key backups are encrypted, or undefined. No message repeats the text. */
export function recipientFault(pem: string): string | undefined {
    if (typeof pem !== "string" || /PRIVATE KEY/.test(pem)) {
        return "must be a certificate alone, holds a private key; keep the key away from the cluster and from Pulumi";
    }
    if ((pem.match(/-----BEGIN CERTIFICATE-----/g) ?? []).length !== 1) {
        return `must be one certificate in PEM; ${HOW_TO_MAKE}`;
    }
    let bits: number | undefined;
    try {
        const { publicKey } = new X509Certificate(pem);
        bits = publicKey.asymmetricKeyType === "rsa" ? publicKey.asymmetricKeyDetails?.modulusLength : undefined;
    } catch {
        return `must be a certificate in PEM, can't be read; ${HOW_TO_MAKE}`;
    }
    if (bits === undefined) {
        return `must hold an RSA key, holds one of another kind; ${HOW_TO_MAKE}`;
    }
    return bits < LEAST_BITS
        ? `must hold an RSA key of at least ${LEAST_BITS} bits, holds one of ${bits}; ${HOW_TO_MAKE}`
        : undefined;
}

/** The fields of a cron schedule, with their lowest and highest value. */
const FIELDS = [
    ["minute", 0, 59],
    ["hour", 0, 23],
    ["day of the month", 1, 31],
    ["month", 1, 12],
    ["day of the week", 0, 6],
] as const;

const SCHEDULE_EXAMPLE = 'write for example "17 2 * * *" for 02:17 every day';

/** What is wrong with the schedule of a CronJob, or undefined. */
export function scheduleFault(text: string): string | undefined {
    const fields = typeof text === "string" ? text.trim().split(/\s+/) : [];
    if (fields.length !== FIELDS.length) {
        return `must have five fields (minute, hour, day of the month, month, day of the week), is ${JSON.stringify(text)}; ${SCHEDULE_EXAMPLE}`;
    }
    const wrong = FIELDS.find(([, least, most], index) => !isCronField(fields[index] ?? "", least, most));
    return wrong === undefined
        ? undefined
        : `must have numbers from ${wrong[1]} to ${wrong[2]} as ${wrong[0]}, is ${JSON.stringify(text)}; ${SCHEDULE_EXAMPLE}`;
}

function isCronField(field: string, least: number, most: number): boolean {
    return field.split(",").every((part) => {
        const [, from, to, step] = /^(?:\*|(\d+)(?:-(\d+))?)(?:\/(\d+))?$/.exec(part) ?? [part, "-1"];
        const numbers = [from, to].filter((each) => each !== undefined).map(Number);
        const ordered = from === undefined || to === undefined || Number(from) <= Number(to);
        return ordered && step !== "0" && numbers.every((number) => number >= least && number <= most);
    });
}

/** What is wrong with the name of a time zone, or undefined. */
export function timeZoneFault(text: string): string | undefined {
    try {
        new Intl.DateTimeFormat("en", { timeZone: text });
        return undefined;
    } catch {
        return `must be a time zone of the IANA database, is ${JSON.stringify(text)}; write for example "Europe/Berlin"`;
    }
}
