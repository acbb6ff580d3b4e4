/** X.509 certificates and certificate requests. */
import "reflect-metadata"; // what the certificates' library is built on
import { randomBytes, webcrypto } from "node:crypto";
import { isIP } from "node:net";
import * as x509 from "@peculiar/x509";
import type { SigningKey } from "./keys";

x509.cryptoProvider.set(webcrypto);

/** Names of a subject, in the order in which they are encoded. */
const SUBJECT: Record<string, string> = {
    country: "C",
    organization: "O",
    organizationalUnit: "OU",
    locality: "L",
    province: "ST",
    postalCode: "2.5.4.17",
    commonName: "CN",
    serialNumber: "2.5.4.5",
};

export const SUBJECT_NAMES = Object.keys(SUBJECT);

const KEY_USAGES: Record<string, x509.KeyUsageFlags> = {
    digital_signature: x509.KeyUsageFlags.digitalSignature,
    content_commitment: x509.KeyUsageFlags.nonRepudiation,
    key_encipherment: x509.KeyUsageFlags.keyEncipherment,
    data_encipherment: x509.KeyUsageFlags.dataEncipherment,
    key_agreement: x509.KeyUsageFlags.keyAgreement,
    cert_signing: x509.KeyUsageFlags.keyCertSign,
    crl_signing: x509.KeyUsageFlags.cRLSign,
    encipher_only: x509.KeyUsageFlags.encipherOnly,
    decipher_only: x509.KeyUsageFlags.decipherOnly,
};

const EXTENDED_KEY_USAGES: Record<string, string> = {
    any_extended: "2.5.29.37.0",
    server_auth: x509.ExtendedKeyUsage.serverAuth,
    client_auth: x509.ExtendedKeyUsage.clientAuth,
    code_signing: x509.ExtendedKeyUsage.codeSigning,
    email_protection: x509.ExtendedKeyUsage.emailProtection,
    timestamping: x509.ExtendedKeyUsage.timeStamping,
    ocsp_signing: x509.ExtendedKeyUsage.ocspSigning,
};

export const ALLOWED_USES = [...Object.keys(KEY_USAGES), ...Object.keys(EXTENDED_KEY_USAGES)];

/** Whom a certificate names. */
export interface Names {
    subject?: Record<string, string>;
    dnsNames?: string[];
    ipAddresses?: string[];
}

/** What a certificate is for. */
export interface Terms {
    validityPeriodHours: number;
    allowedUses: string[];
    isCaCertificate: boolean;
    setSubjectKeyId: boolean;
    setAuthorityKeyId?: boolean;
}

export interface Certificate {
    /** The serial number. */
    id: string;
    certPem: string;
    validityStartTime: string;
    validityEndTime: string;
}

export async function certificateRequest(names: Names, key: SigningKey): Promise<string> {
    const request = await x509.Pkcs10CertificateRequestGenerator.create({
        name: subject(names),
        extensions: alternativeNames(names),
        keys: key.keys,
        signingAlgorithm: key.signingAlgorithm,
    });
    return `${request.toString("pem")}\n`;
}

export async function selfSignedCertificate(names: Names, terms: Terms, key: SigningKey): Promise<Certificate> {
    if (terms.isCaCertificate && subject(names).length === 0) {
        throw new Error("subject: must contain at least one name when isCaCertificate is true");
    }
    if (terms.setAuthorityKeyId && !terms.isCaCertificate && !terms.setSubjectKeyId) {
        throw new Error("setAuthorityKeyId: a self-signed certificate needs setSubjectKeyId too");
    }
    const { publicKey } = key.keys;
    return issue(terms, publicKey, key, {
        name: subject(names),
        issuer: subject(names),
        extensions: alternativeNames(names),
        authority: terms.setAuthorityKeyId ? await keyId(publicKey) : undefined,
    });
}

/** Signs a request with an authority; the request's names are taken as they are. */
export async function signedCertificate(
    requestPem: string,
    authorityPem: string,
    terms: Terms,
    key: SigningKey,
): Promise<Certificate> {
    const request = parse("certRequestPem", () => new x509.Pkcs10CertificateRequest(requestPem));
    const authority = parse("caCertPem", () => new x509.X509Certificate(authorityPem));
    if (!(await request.verify())) {
        throw new Error("certRequestPem: the request is not signed by its own key");
    }
    return issue(terms, request.publicKey, key, {
        name: request.subjectName,
        issuer: authority.subjectName,
        extensions: request.extensions.filter((extension) => extension instanceof x509.SubjectAlternativeNameExtension),
        authority: authority.getExtension(x509.SubjectKeyIdentifierExtension)?.keyId,
    });
}

interface Identity {
    name: x509.X509CertificateCreateParamsName;
    /** The authority's name, byte by byte: some clients compare no less. */
    issuer: x509.X509CertificateCreateParamsName;
    extensions: x509.Extension[];
    /** Key identifier of the issuer. */
    authority: string | undefined;
}

async function issue(
    terms: Terms,
    publicKey: x509.PublicKeyType,
    key: SigningKey,
    { name, issuer, extensions, authority }: Identity,
): Promise<Certificate> {
    // X.509 knows whole seconds only, and what is stored must be what is signed.
    const notBefore = new Date(Math.floor(Date.now() / 1000) * 1000);
    const notAfter = new Date(notBefore.getTime() + terms.validityPeriodHours * 3_600_000);
    const serialNumber = randomSerialNumber();
    const certificate = await x509.X509CertificateGenerator.create({
        serialNumber,
        subject: name,
        issuer,
        notBefore,
        notAfter,
        publicKey,
        signingKey: key.keys.privateKey,
        signingAlgorithm: key.signingAlgorithm,
        extensions: [
            ...usages(terms.allowedUses),
            new x509.BasicConstraintsExtension(terms.isCaCertificate, undefined, true),
            ...(terms.isCaCertificate || terms.setSubjectKeyId
                ? [await x509.SubjectKeyIdentifierExtension.create(publicKey)]
                : []),
            ...(authority ? [new x509.AuthorityKeyIdentifierExtension(authority)] : []),
            ...extensions,
        ],
    });
    return {
        id: BigInt(`0x${serialNumber}`).toString(),
        certPem: `${certificate.toString("pem")}\n`,
        validityStartTime: rfc3339(notBefore),
        validityEndTime: rfc3339(notAfter),
    };
}

function subject(names: Names): x509.JsonName {
    return SUBJECT_NAMES.flatMap((name) => {
        const value = names.subject?.[name];
        return value ? [{ [SUBJECT[name] ?? name]: [value] }] : [];
    });
}

function alternativeNames(names: Names): x509.Extension[] {
    const { dnsNames = [], ipAddresses = [] } = names;
    const wrong = ipAddresses.find((address) => isIP(address) === 0);
    if (wrong !== undefined) {
        throw new Error(`ipAddresses: ${JSON.stringify(wrong)} is no IP address`);
    }
    const list: x509.JsonGeneralNames = [
        ...dnsNames.map((value) => ({ type: "dns", value }) as const),
        ...ipAddresses.map((value) => ({ type: "ip", value }) as const),
    ];
    // Without a subject the alternative names are all there is, and nobody may overlook them.
    return list.length > 0 ? [new x509.SubjectAlternativeNameExtension(list, subject(names).length === 0)] : [];
}

function usages(allowed: string[]): x509.Extension[] {
    const flags = allowed.reduce((sum, use) => sum | (KEY_USAGES[use] ?? 0), 0);
    const extended = allowed.flatMap((use) => EXTENDED_KEY_USAGES[use] ?? []);
    return [
        ...(flags ? [new x509.KeyUsagesExtension(flags, true)] : []),
        ...(extended.length > 0 ? [new x509.ExtendedKeyUsageExtension(extended)] : []),
    ];
}

async function keyId(publicKey: x509.PublicKeyType): Promise<string> {
    return (await x509.SubjectKeyIdentifierExtension.create(publicKey)).keyId;
}

/** 127 random bits: positive, and of at most 20 bytes as X.509 wants it. */
function randomSerialNumber(): string {
    const bytes = randomBytes(16);
    bytes.writeUInt8((bytes.readUInt8(0) & 0x7f) | 0x40, 0);
    return bytes.toString("hex");
}

function rfc3339(date: Date): string {
    return date.toISOString().replace(".000Z", "Z");
}

function parse<T>(property: string, read: () => T): T {
    try {
        return read();
    } catch {
        throw new Error(`${property}: failed to parse PEM`);
    }
}
