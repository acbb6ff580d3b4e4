import assert from "node:assert/strict";
import { createPrivateKey, createPublicKey, X509Certificate } from "node:crypto";
import type { CreateContext, ResourceType } from "../../../sandbox/providers/resource-type";
import { renewable, resources } from "../../../sandbox/providers/tls/resources";
import { type Props, UNKNOWN } from "../../../sandbox/providers/wire";

const CONTEXT: CreateContext = {
    urn: "urn",
    preview: false,
    timeoutSeconds: 0,
    signal: new AbortController().signal,
    log: () => undefined,
    warn: () => undefined,
};

const HOUR = 3_600_000;

function type(name: string): ResourceType {
    const found = resources[`tls:index/${name.charAt(0).toLowerCase()}${name.slice(1)}:${name}`];
    assert.ok(found);
    return found;
}

async function check(name: string, news: Props) {
    const result = await type(name).check?.(news, undefined, { urn: "urn", name: "name" });
    assert.ok(result);
    return result;
}

async function make(name: string, news: Props): Promise<{ id: string; outputs: Props }> {
    const { inputs, failures } = await check(name, news);
    assert.deepEqual(failures, []);
    return type(name).create(inputs, CONTEXT);
}

async function authority(key: Props, rest: Props = {}) {
    return make("SelfSignedCert", {
        privateKeyPem: key.privateKeyPem,
        isCaCertificate: true,
        subject: { commonName: "db authority", organization: "Bülwark" },
        allowedUses: ["cert_signing", "crl_signing", "digital_signature"],
        validityPeriodHours: 48,
        ...rest,
    });
}

describe("sandbox tls provider", () => {
    const algorithms = [
        [{ algorithm: "ECDSA", ecdsaCurve: "P256" }, "EC PRIVATE KEY"],
        [{ algorithm: "ECDSA", ecdsaCurve: "P384" }, "EC PRIVATE KEY"],
        [{ algorithm: "RSA", rsaBits: 2048 }, "RSA PRIVATE KEY"],
        [{ algorithm: "ED25519" }, "PRIVATE KEY"],
    ] as const;

    for (const [key, format] of algorithms) {
        it(`issues a certificate that verifies, with ${Object.values(key).join(" ")} keys`, async () => {
            const caKey = (await make("PrivateKey", key)).outputs;
            const serverKey = (await make("PrivateKey", key)).outputs;
            assert.match(String(serverKey.privateKeyPem), new RegExp(`^-----BEGIN ${format}-----\n`));
            assert.match(String(serverKey.privateKeyPemPkcs8), /^-----BEGIN PRIVATE KEY-----\n/);
            assert.ok(
                createPublicKey(String(serverKey.publicKeyPem)).equals(
                    createPublicKey(String(serverKey.privateKeyPem)),
                ),
            );

            const ca = await authority(caKey);
            const { outputs: request } = await make("CertRequest", {
                privateKeyPem: serverKey.privateKeyPem,
                subject: { commonName: "db" },
                dnsNames: ["db.database.svc", "*.db-hl.database.svc"],
                ipAddresses: ["127.0.0.1", "::1"],
            });
            assert.equal(request.keyAlgorithm, key.algorithm);
            const issued = await make("LocallySignedCert", {
                certRequestPem: request.certRequestPem,
                caPrivateKeyPem: caKey.privateKeyPem,
                caCertPem: ca.outputs.certPem,
                allowedUses: ["digital_signature", "server_auth"],
                validityPeriodHours: 24,
            });
            const [root, leaf] = [ca, issued].map(({ outputs }) => new X509Certificate(String(outputs.certPem)));
            assert.ok(root && leaf);
            assert.ok(root.ca && !leaf.ca);
            assert.ok(root.verify(root.publicKey) && leaf.verify(root.publicKey) && leaf.checkIssued(root));
            assert.ok(leaf.checkPrivateKey(createPrivateKey(String(serverKey.privateKeyPem))));
            assert.equal(leaf.checkHost("db.database.svc"), "db.database.svc");
            assert.equal(leaf.checkHost("elsewhere.svc"), undefined);
            assert.equal(leaf.checkIP("127.0.0.1"), "127.0.0.1");
            assert.equal(root.subject, "O=Bülwark\nCN=db authority");
            assert.equal(leaf.issuer, root.subject);
            assert.deepEqual(leaf.keyUsage, ["1.3.6.1.5.5.7.3.1"]);
            assert.equal(issued.id, BigInt(`0x${leaf.serialNumber}`).toString());
            const { validityStartTime, validityEndTime, readyForRenewal } = issued.outputs;
            assert.equal(Date.parse(String(validityStartTime)), Date.parse(leaf.validFrom));
            assert.equal(Date.parse(String(validityEndTime)) - Date.parse(String(validityStartTime)), 24 * HOUR);
            assert.equal(readyForRenewal, false);
        });
    }

    it("replaces a certificate once its early renewal is due, and says so after a refresh", async () => {
        const key = (await make("PrivateKey", { algorithm: "ECDSA", ecdsaCurve: "P256" })).outputs;
        const { outputs } = await authority(key, { earlyRenewalHours: 8 });
        const end = Date.parse(String(outputs.validityEndTime));
        const inputs = { validityPeriodHours: 48, earlyRenewalHours: 8 };
        for (const [now, due] of [
            [end - 8 * HOUR - 1000, false],
            [end - 8 * HOUR, true],
            [end + HOUR, true],
        ] as const) {
            const { diff, read } = renewable(() => now);
            assert.deepEqual(await diff("1", outputs, inputs, inputs), {
                changed: [],
                replace: due ? ["readyForRenewal"] : [],
            });
            assert.equal((await read("1", outputs, inputs))?.outputs.readyForRenewal, due);
        }
    });

    it("changes only the early renewal in place", async () => {
        const key = (await make("PrivateKey", { algorithm: "ECDSA", ecdsaCurve: "P256" })).outputs;
        const { outputs } = await authority(key);
        const { diff, update } = type("SelfSignedCert");
        const olds = { validityPeriodHours: 48, earlyRenewalHours: 1 };
        assert.deepEqual(await diff?.("1", outputs, olds, { ...olds, earlyRenewalHours: 2 }), {
            changed: ["earlyRenewalHours"],
            replace: [],
        });
        assert.deepEqual((await diff?.("1", outputs, olds, { ...olds, validityPeriodHours: 24 }))?.replace, [
            "validityPeriodHours",
        ]);
        const updated = await update?.("1", outputs, { earlyRenewalHours: 2 }, CONTEXT);
        assert.deepEqual([updated?.certPem, updated?.earlyRenewalHours], [outputs.certPem, 2]);
    });

    it("identifies keys of authorities, and of others on demand", async () => {
        const key = (await make("PrivateKey", { algorithm: "ECDSA", ecdsaCurve: "P256" })).outputs;
        const identified = async (rest: Props) => {
            const { outputs } = await authority(key, rest);
            const der = new X509Certificate(String(outputs.certPem)).raw.toString("hex");
            // The identifiers' numbers, 2.5.29.14 and 2.5.29.35.
            return [der.includes("0603551d0e"), der.includes("0603551d23")];
        };
        assert.deepEqual(await identified({}), [true, false]);
        assert.deepEqual(await identified({ setAuthorityKeyId: true }), [true, true]);
        assert.deepEqual(await identified({ isCaCertificate: false }), [false, false]);
        assert.deepEqual(await identified({ isCaCertificate: false, setSubjectKeyId: true }), [true, false]);
    });

    it("refuses what it doesn't implement, by name", async () => {
        const refusal = "the offline stand-in does not implement this property";
        const news = {
            privateKeyPem: "p",
            subject: { commonName: "c", emailAddress: "e" },
            uris: [],
            privateKeyPemWo: "x",
        };
        assert.deepEqual((await check("CertRequest", news)).failures, [
            { property: "uris", reason: refusal },
            { property: "privateKeyPemWo", reason: refusal },
            { property: "subject.emailAddress", reason: refusal },
        ]);
        assert.deepEqual((await check("PrivateKey", { algorithm: "ECDSA" })).failures, [
            { property: "ecdsaCurve", reason: "is required here, one of P256, P384, P521" },
        ]);
        const uses = { privateKeyPem: "p", allowedUses: ["server_auth", "ipsec_user"], validityPeriodHours: -1 };
        assert.deepEqual(
            (await check("SelfSignedCert", uses)).failures?.map(({ property }) => property),
            ["validityPeriodHours", "allowedUses"],
        );
    });

    it("reports a broken key, request or authority without quoting it", async () => {
        const key = (await make("PrivateKey", { algorithm: "ECDSA", ecdsaCurve: "P256" })).outputs;
        const broken = "-----BEGIN PRIVATE KEY-----\nc2VjcmV0\n-----END PRIVATE KEY-----";
        const terms = { allowedUses: [], validityPeriodHours: 1 };
        await assert.rejects(make("CertRequest", { privateKeyPem: broken }), {
            message: "privateKeyPem: failed to parse private key PEM",
        });
        const signed = { caPrivateKeyPem: key.privateKeyPem, caCertPem: "nothing", certRequestPem: "nothing" };
        await assert.rejects(make("LocallySignedCert", { ...terms, ...signed }), {
            message: "certRequestPem: failed to parse PEM",
        });
        await assert.rejects(make("CertRequest", { privateKeyPem: key.privateKeyPem, ipAddresses: ["db"] }), {
            message: 'ipAddresses: "db" is no IP address',
        });
        await assert.rejects(authority(key, { subject: {} }), {
            message: "subject: must contain at least one name when isCaCertificate is true",
        });
    });

    it("makes nothing in a preview and marks every private key secret", async () => {
        const preview = { ...CONTEXT, preview: true };
        const { outputs } = await type("PrivateKey").create({ algorithm: "RSA" }, preview);
        assert.deepEqual([outputs.privateKeyPem, outputs.publicKeyPem], [UNKNOWN, UNKNOWN]);
        const cert = await type("LocallySignedCert").create({ certRequestPem: UNKNOWN }, preview);
        assert.deepEqual([cert.id, cert.outputs.certPem], ["", UNKNOWN]);
        assert.deepEqual(
            Object.values(resources).map(({ secretOutputs }) => secretOutputs),
            [["privateKeyPem", "privateKeyPemPkcs8"], ["privateKeyPem"], ["privateKeyPem"], ["caPrivateKeyPem"]],
        );
    });
});
