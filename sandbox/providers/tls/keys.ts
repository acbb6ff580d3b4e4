/** Private keys in PEM, and what WebCrypto calls them. */
import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject, webcrypto } from "node:crypto";

export const ALGORITHMS = ["RSA", "ECDSA", "ED25519"];

/** P224, the real provider's default, is a curve that WebCrypto doesn't know. */
export const CURVES = ["P256", "P384", "P521"];

export interface KeyOptions {
    algorithm: string;
    /** Defaults to 2048. */
    rsaBits?: number;
    ecdsaCurve?: string;
}

/** A key that can sign certificates. */
export interface SigningKey {
    /** The algorithm as the resources call it. */
    algorithm: string;
    keys: webcrypto.CryptoKeyPair;
    signingAlgorithm: { name: string; hash?: string };
}

/** WebCrypto's names for a curve, with the digest of a signature that fits it. */
const ECDSA: Record<string, { namedCurve: string; hash: string }> = {
    prime256v1: { namedCurve: "P-256", hash: "SHA-256" },
    secp384r1: { namedCurve: "P-384", hash: "SHA-384" },
    secp521r1: { namedCurve: "P-521", hash: "SHA-512" },
};

export function generateKey({ algorithm, rsaBits, ecdsaCurve }: KeyOptions): KeyObject {
    if (algorithm === "RSA") {
        return generateKeyPairSync("rsa", { modulusLength: rsaBits ?? 2048 }).privateKey;
    }
    if (algorithm === "ED25519") {
        return generateKeyPairSync("ed25519").privateKey;
    }
    const namedCurve = (ecdsaCurve ?? "").replace("P", "P-");
    return generateKeyPairSync("ec", { namedCurve }).privateKey;
}

/** The key in the customary format of its algorithm, in PKCS #8, and its public half. */
export function keyTexts(key: KeyObject): { privateKeyPem: string; privateKeyPemPkcs8: string; publicKeyPem: string } {
    const pkcs8 = key.export({ format: "pem", type: "pkcs8" }).toString();
    const customary = { rsa: "pkcs1", ec: "sec1" } as const;
    const type = key.asymmetricKeyType === "rsa" || key.asymmetricKeyType === "ec" ? key.asymmetricKeyType : undefined;
    return {
        privateKeyPem: type ? key.export({ format: "pem", type: customary[type] }).toString() : pkcs8,
        privateKeyPemPkcs8: pkcs8,
        publicKeyPem: createPublicKey(key).export({ format: "pem", type: "spki" }).toString(),
    };
}

/** Reads a key in any of the formats above. */
export async function signingKey(pem: string, property: string): Promise<SigningKey> {
    const key = parseKey(pem, property);
    const { algorithm, webAlgorithm, hash } = algorithmOf(key, property);
    const { subtle } = webcrypto;
    const spki = createPublicKey(key).export({ format: "der", type: "spki" });
    const pkcs8 = key.export({ format: "der", type: "pkcs8" });
    return {
        algorithm,
        keys: {
            publicKey: await subtle.importKey("spki", spki, webAlgorithm, true, ["verify"]),
            privateKey: await subtle.importKey("pkcs8", pkcs8, webAlgorithm, false, ["sign"]),
        },
        signingAlgorithm: { name: webAlgorithm.name, ...(hash && { hash }) },
    };
}

function parseKey(pem: string, property: string): KeyObject {
    try {
        return createPrivateKey(pem);
    } catch {
        // The parser's own message may quote what it was given.
        throw new Error(`${property}: failed to parse private key PEM`);
    }
}

function algorithmOf(key: KeyObject, property: string) {
    if (key.asymmetricKeyType === "rsa") {
        const hash = "SHA-256";
        return { algorithm: "RSA", webAlgorithm: { name: "RSASSA-PKCS1-v1_5", hash }, hash };
    }
    if (key.asymmetricKeyType === "ed25519") {
        return { algorithm: "ED25519", webAlgorithm: { name: "Ed25519" }, hash: undefined };
    }
    const curve = ECDSA[key.asymmetricKeyDetails?.namedCurve ?? ""];
    if (!curve) {
        throw new Error(`${property}: the offline stand-in does not implement this kind of key`);
    }
    return {
        algorithm: "ECDSA",
        webAlgorithm: { name: "ECDSA", namedCurve: curve.namedCurve },
        hash: curve.hash,
    };
}
