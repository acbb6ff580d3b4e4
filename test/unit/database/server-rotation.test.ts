import { strict as assert } from "node:assert";
import * as pulumi from "@pulumi/pulumi";
import { adminPasswordSql } from "../../../components/database/admin-password-sql";
import { PostgresDatabase, type PostgresDatabaseArgs } from "../../../components/database/postgres-database";
import { scramVerifier } from "../../../components/database/scram";
import { one, type Registration, record, recorded, resolved } from "../support/recorder";

const SECRET = "kubernetes:core/v1:Secret";
const PASSWORD = "random:index/randomPassword:RandomPassword";
const AUTHORITY = "tls:index/selfSignedCert:SelfSignedCert";
const CERTIFICATE = "tls:index/locallySignedCert:LocallySignedCert";

function database(args: PostgresDatabaseArgs = {}): Promise<Registration[]> {
    return record(() => new PostgresDatabase("db", args));
}

function names(all: Registration[], wanted: string): string[] {
    return all.filter(({ type }) => type === wanted).map(({ name }) => name);
}

describe("PostgresDatabase in rotation of its certificate", () => {
    it("has today's authority under its old name, and the next one before it signs anything", async () => {
        const all = await database();
        assert.deepEqual(names(all, AUTHORITY), ["db-ca", "db-ca-1"]);
        assert.deepEqual(names(all, "tls:index/privateKey:PrivateKey"), ["db-ca-key", "db-ca-1-key", "db-server-key"]);
        const signs = one(all, CERTIFICATE);
        assert.equal(signs.name, "db-server");
        assert.ok(signs.dependencies.some((urn) => urn.endsWith("::db-ca")));
        assert.ok(!signs.dependencies.some((urn) => urn.endsWith("::db-ca-1")));
    });

    it("lets the authority sign next that clients have trusted all along", async () => {
        const all = await database({ certificateRotation: 1 });
        assert.deepEqual(names(all, AUTHORITY), ["db-ca-1", "db-ca-2"]);
        const signs = one(all, CERTIFICATE);
        assert.equal(signs.name, "db-server-1");
        assert.ok(signs.dependencies.some((urn) => urn.endsWith("::db-ca-1")));
    });

    it("gives no two authorities one name, by which clients look for the one that has signed", async () => {
        const subjects = (await Promise.all([0, 1].map((rotation) => database({ certificateRotation: rotation }))))
            .flat()
            .filter(({ type }) => type === AUTHORITY)
            .map(({ name, inputs }) => [name, (inputs.subject as { commonName: string }).commonName]);
        const byName = new Map(subjects as [string, string][]);
        assert.equal(byName.size, 3);
        assert.equal(new Set(byName.values()).size, 3);
        assert.equal(byName.get("db-ca"), "pgdb-postgresql authority");
    });

    it("tells clients to trust both", async () => {
        let component: PostgresDatabase | undefined;
        await record(() => {
            component = new PostgresDatabase("db");
        });
        assert.equal(await resolved(component?.caCertificate ?? ""), "CERTIFICATE\nCERTIFICATE\n");
    });
});

describe("PostgresDatabase in rotation of the superuser's password", () => {
    it("needs no job before the first", async () => {
        const all = await database({ protectData: true });
        assert.deepEqual(names(all, PASSWORD), ["db-admin-password"]);
        assert.deepEqual(names(all, "kubernetes:batch/v1:Job"), []);
    });

    it("keeps the password before, lets it go at the next, and protects today's alone", async () => {
        const first = await database({ adminRotation: 1, protectData: true });
        assert.deepEqual(
            first.filter(({ type }) => type === PASSWORD).map(({ name, protect }) => [name, protect]),
            [
                ["db-admin-password-1", true],
                ["db-admin-password", false],
            ],
        );
        const second = await database({ adminRotation: 2 });
        assert.deepEqual(names(second, PASSWORD), ["db-admin-password-2", "db-admin-password-1"]);
    });

    it("lets a job change it that knows both, by what PostgreSQL keeps of it", async () => {
        const all = await database({ adminRotation: 1 });
        const { inputs, secretInputs } = one(all, SECRET, "db-admin-password-credentials");
        const entries = inputs.stringData as Record<string, string>;
        assert.equal(entries.username, "postgres");
        assert.equal(entries["password.fallback"], "generated-by-the-mock");
        assert.equal(entries["password.verifier"], scramVerifier("generated-by-the-mock"));
        assert.ok(secretInputs.includes("stringData"));
        const { data } = one(all, "kubernetes:core/v1:ConfigMap", "-script").inputs as { data: Record<string, string> };
        assert.equal(data["script.sql"], adminPasswordSql({ adminUsername: "postgres", rotation: 1 }));
        assert.doesNotMatch(data["script.sql"] ?? "", /SCRAM-SHA-256\$\d|generated/);
    });

    it("tells the password only when the server has it, as a secret", async () => {
        let component: PostgresDatabase | undefined;
        await record(() => {
            component = new PostgresDatabase("db", { adminRotation: 1 });
        });
        const password = component?.adminPassword ?? pulumi.output("");
        assert.equal(await pulumi.isSecret(password), true);
        const waitsFor = await Promise.all([...(await allResources(password))].map(({ urn }) => resolved(urn)));
        assert.ok(waitsFor.some((urn) => urn.includes("kubernetes:batch/v1:Job::")));
    });

    it("never takes the password away instead", () => {
        const lines = adminPasswordSql({ adminUsername: "postgres", rotation: 1 }).split("\n");
        const guard = lines.findIndex((line) => line.includes("LIKE 'SCRAM-SHA-256$%'"));
        const change = lines.findIndex((line) => line.startsWith("ALTER ROLE"));
        assert.ok(guard >= 0 && guard < change);
    });

    it("refuses wrong counts together with all other faults, and creates nothing", async () => {
        await assert.rejects(database({ adminRotation: -1, certificateRotation: 0.5 }), (error: Error) => {
            assert.match(error.message, /adminRotation: must be a whole number/);
            assert.match(error.message, /certificateRotation: must be a whole number/);
            return true;
        });
        assert.deepEqual(
            recorded().filter(({ custom }) => custom),
            [],
        );
    });
});

/** The resources that an output waits for: the SDK's own, undeclared accessor. */
function allResources(output: unknown): Promise<Set<pulumi.Resource>> {
    return (output as { allResources(): Promise<Set<pulumi.Resource>> }).allResources();
}
