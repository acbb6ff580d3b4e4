/** The resource types of the tls provider that the program uses. Keys come without their OpenSSH formats. */
import { createHash, createPublicKey } from "node:crypto";
import { checkProperties, type Properties } from "../properties";
import type { CheckFailure, Difference, ResourceType } from "../resource-type";
import { changedKeys, isUnknown, type Props, UNKNOWN } from "../wire";
import {
    ALLOWED_USES,
    type Certificate,
    certificateRequest,
    type Names,
    SUBJECT_NAMES,
    selfSignedCertificate,
    signedCertificate,
    type Terms,
} from "./certificates";
import { ALGORITHMS, CURVES, generateKey, type KeyOptions, keyTexts, signingKey } from "./keys";

const KEY: Properties = {
    algorithm: { kind: "string", required: true, values: ALGORITHMS },
    rsaBits: { kind: "integer", minimum: 1024 },
    ecdsaCurve: { kind: "string", values: CURVES },
};

const NAMES: Properties = {
    privateKeyPem: { kind: "string", required: true },
    subject: { kind: "object" },
    dnsNames: { kind: "strings" },
    ipAddresses: { kind: "strings" },
};

const TERMS: Properties = {
    validityPeriodHours: { kind: "integer", required: true, minimum: 0 },
    earlyRenewalHours: { kind: "integer", default: 0, minimum: 0 },
    allowedUses: { kind: "strings", required: true, values: ALLOWED_USES },
    isCaCertificate: { kind: "boolean", default: false },
    setSubjectKeyId: { kind: "boolean", default: false },
};

const SUBJECT: Properties = Object.fromEntries(SUBJECT_NAMES.map((name) => [name, { kind: "string" }]));

const SELF_SIGNED: Properties = { ...NAMES, ...TERMS, setAuthorityKeyId: { kind: "boolean", default: false } };

const LOCALLY_SIGNED: Properties = {
    certRequestPem: { kind: "string", required: true },
    caPrivateKeyPem: { kind: "string", required: true },
    caCertPem: { kind: "string", required: true },
    ...TERMS,
};

const CERTIFICATE_OUTPUTS = ["certPem", "validityStartTime", "validityEndTime"];

const privateKey: ResourceType = {
    secretOutputs: ["privateKeyPem", "privateKeyPemPkcs8"],
    async check(news) {
        const { inputs, failures } = checkProperties(KEY, news);
        if (inputs.algorithm === "ECDSA" && inputs.ecdsaCurve === undefined) {
            failures.push({ property: "ecdsaCurve", reason: `is required here, one of ${CURVES.join(", ")}` });
        }
        return { inputs, failures };
    },
    diff: replaceAll,
    async create(inputs, { preview }) {
        if (preview) {
            return { id: "", outputs: unknown(inputs, "privateKeyPem", "privateKeyPemPkcs8", "publicKeyPem") };
        }
        const key = generateKey(inputs as unknown as KeyOptions);
        const id = sha1(createPublicKey(key).export({ format: "der", type: "spki" }));
        return { id, outputs: { ...inputs, ...keyTexts(key) } };
    },
};

const certRequest: ResourceType = {
    secretOutputs: ["privateKeyPem"],
    async check(news) {
        return checkNames(NAMES, news);
    },
    diff: replaceAll,
    async create(inputs, { preview }) {
        if (preview) {
            return { id: "", outputs: unknown(inputs, "certRequestPem", "keyAlgorithm") };
        }
        const key = await signingKey(String(inputs.privateKeyPem), "privateKeyPem");
        const certRequestPem = await certificateRequest(inputs as Names, key);
        return { id: sha1(certRequestPem), outputs: { ...inputs, certRequestPem, keyAlgorithm: key.algorithm } };
    },
};

const selfSignedCert: ResourceType = {
    ...renewable(),
    secretOutputs: ["privateKeyPem"],
    async check(news) {
        return checkNames(SELF_SIGNED, news);
    },
    async create(inputs, { preview }) {
        if (preview) {
            return { id: "", outputs: unknown(inputs, "keyAlgorithm", ...CERTIFICATE_OUTPUTS) };
        }
        const key = await signingKey(String(inputs.privateKeyPem), "privateKeyPem");
        const certificate = await selfSignedCertificate(inputs as Names, termsOf(inputs), key);
        return issued(inputs, certificate, { keyAlgorithm: key.algorithm });
    },
};

const locallySignedCert: ResourceType = {
    ...renewable(),
    secretOutputs: ["caPrivateKeyPem"],
    async check(news) {
        return checkProperties(LOCALLY_SIGNED, news);
    },
    async create(inputs, { preview }) {
        if (preview) {
            return { id: "", outputs: unknown(inputs, "caKeyAlgorithm", ...CERTIFICATE_OUTPUTS) };
        }
        const key = await signingKey(String(inputs.caPrivateKeyPem), "caPrivateKeyPem");
        const { certRequestPem, caCertPem } = inputs;
        const terms = termsOf(inputs);
        const certificate = await signedCertificate(String(certRequestPem), String(caCertPem), terms, key);
        return issued(inputs, certificate, { caKeyAlgorithm: key.algorithm });
    },
};

export const resources: Record<string, ResourceType> = {
    "tls:index/privateKey:PrivateKey": privateKey,
    "tls:index/certRequest:CertRequest": certRequest,
    "tls:index/selfSignedCert:SelfSignedCert": selfSignedCert,
    "tls:index/locallySignedCert:LocallySignedCert": locallySignedCert,
};

/** A certificate is replaced as soon as its early renewal is due, whether or not anything else differs. */
export function renewable(now: () => number = Date.now): Required<Pick<ResourceType, "diff" | "read" | "update">> {
    const due = (state: Props, earlyRenewalHours: unknown) => {
        const end = Date.parse(String(state.validityEndTime));
        return now() >= end - Number(earlyRenewalHours) * 3_600_000;
    };
    return {
        async diff(_id, state, olds, news) {
            const changed = changedKeys(olds, news);
            const replace = changed.filter((name) => name !== "earlyRenewalHours");
            if (!isUnknown(news.earlyRenewalHours) && due(state, news.earlyRenewalHours)) {
                replace.push("readyForRenewal");
            }
            return { changed, replace };
        },
        async read(id, state, inputs) {
            if (!state || !inputs) {
                throw new Error("the offline stand-in can't import a certificate");
            }
            return { id, inputs, outputs: { ...state, readyForRenewal: due(state, inputs.earlyRenewalHours) } };
        },
        async update(_id, state, news) {
            return { ...state, ...news };
        },
    };
}

async function replaceAll(_id: string, _state: Props, olds: Props, news: Props): Promise<Difference> {
    const changed = changedKeys(olds, news);
    return { changed, replace: changed };
}

function checkNames(properties: Properties, news: Props): { inputs: Props; failures: CheckFailure[] } {
    const { inputs, failures } = checkProperties(properties, news);
    const { subject } = inputs;
    if (typeof subject === "object" && subject !== null) {
        const { failures: within } = checkProperties(SUBJECT, subject as Props);
        failures.push(...within.map(({ property, reason }) => ({ property: `subject.${property}`, reason })));
    }
    return { inputs, failures };
}

function termsOf(inputs: Props): Terms {
    return inputs as unknown as Terms;
}

function issued(inputs: Props, { id, ...certificate }: Certificate, rest: Props): { id: string; outputs: Props } {
    return { id, outputs: { ...inputs, ...rest, ...certificate, readyForRenewal: false } };
}

function unknown(inputs: Props, ...names: string[]): Props {
    return { ...inputs, ...Object.fromEntries(names.map((name) => [name, UNKNOWN])) };
}

function sha1(data: string | Buffer): string {
    return createHash("sha1").update(data).digest("hex");
}
