import { strict as assert } from "node:assert";
import { bindingVersion, serviceBinding } from "../../../components/database/service-binding";

const credentials = {
    host: "pgdb-postgresql.database.svc.cluster.local",
    port: 5432,
    database: "mydb",
    username: "readonly",
    password: "p@ss/word?",
    caCertificate: "-----BEGIN CERTIFICATE-----",
};

describe("service binding", () => {
    it("has the well-known entries", () => {
        assert.deepEqual(serviceBinding(credentials), {
            type: "postgresql",
            provider: "bulwark",
            host: "pgdb-postgresql.database.svc.cluster.local",
            port: "5432",
            database: "mydb",
            username: "readonly",
            password: "p@ss/word?",
            uri: "postgresql://readonly:p%40ss%2Fword%3F@pgdb-postgresql.database.svc.cluster.local:5432/mydb?sslmode=verify-full",
            "ca.crt": "-----BEGIN CERTIFICATE-----",
        });
    });

    it("has a URI that parses back to what went in", () => {
        const url = new URL(serviceBinding(credentials).uri ?? "");
        assert.equal(decodeURIComponent(url.password), credentials.password);
        assert.equal(url.searchParams.get("sslmode"), "verify-full");
    });

    it("has a version that changes with every entry and not with their order", () => {
        const binding = serviceBinding(credentials);
        const version = bindingVersion(binding);
        assert.equal(bindingVersion(Object.fromEntries(Object.entries(binding).reverse())), version);
        for (const key of Object.keys(binding)) {
            assert.notEqual(bindingVersion({ ...binding, [key]: "other" }), version, key);
        }
    });
});
