import { strict as assert } from "node:assert";
import * as fc from "fast-check";
import { databaseFault, dnsLabelFault, hostFault, sqlNameFault, subdomainFault } from "../../../components/names";

const LONGEST_LABEL = "a".repeat(63);

describe("DNS label", () => {
    it("is accepted as Kubernetes accepts it", () => {
        for (const name of ["a", "0", "secure-app", "a--b", LONGEST_LABEL]) {
            assert.equal(dnsLabelFault(name), undefined, name);
        }
    });

    it("is refused otherwise", () => {
        for (const wrong of ["", "-a", "a-", "A", "a_b", "a.b", "a b", "ä", `${LONGEST_LABEL}a`, "a\n"]) {
            assert.equal(
                dnsLabelFault(wrong),
                `must be 1 to 63 lower-case letters, digits or "-", starting and ending with a letter or digit, is ${JSON.stringify(wrong)}; write for example "secure-app"`,
            );
        }
        assert.match(dnsLabelFault(7 as unknown as string) ?? "", /is 7;/);
        assert.match(dnsLabelFault(["a"] as unknown as string) ?? "", /is \["a"\];/);
    });
});

describe("DNS subdomain", () => {
    it("is one or more labels with dots between", () => {
        for (const name of ["app", "registry.example", "a.b-c.0", `${LONGEST_LABEL}.a`, `${"a.".repeat(126)}a`]) {
            assert.equal(subdomainFault(name), undefined, name);
        }
        assert.match(subdomainFault(["a"] as unknown as string) ?? "", /is \["a"\];/);
        for (const wrong of ["", ".", "a.", ".a", "a..b", "A", "a_b", "a.-b", "a".repeat(254)]) {
            assert.match(subdomainFault(wrong) ?? "", /^must be 1 to 253 lower-case letters/);
        }
    });

    it("covers every label", () => {
        fc.assert(
            fc.property(fc.stringMatching(/^[-a-zA-Z0-9._]{0,70}$/), (text) => {
                assert.ok(dnsLabelFault(text) !== undefined || subdomainFault(text) === undefined);
            }),
        );
    });
});

describe("host", () => {
    it("is a full DNS name, also with a wildcard in front", () => {
        for (const host of [
            "app.example.com",
            "*.example.com",
            "cluster.local",
            "1.example.com",
            `${"a.".repeat(126)}a`,
        ]) {
            assert.equal(hostFault(host), undefined, host);
        }
        for (const wrong of [
            "",
            "app",
            "App.example.com",
            "app.example.com.",
            "a..b",
            "*",
            "*.*.com",
            "a*.b.com",
            `${LONGEST_LABEL}a.com`,
            "app.example.com/x",
            "app.example.com:443",
        ]) {
            assert.equal(
                hostFault(wrong),
                `must be a full DNS name in lower case, is ${JSON.stringify(wrong)}; write for example "app.example.com"`,
            );
        }
        assert.match(hostFault(`app.${LONGEST_LABEL}a`) ?? "", /must be a full DNS name/);
        assert.match(hostFault(`${"a.".repeat(127)}com`) ?? "", /must be a full DNS name/);
    });
});

describe("SQL name", () => {
    it("needs no quotes", () => {
        for (const name of [
            "readonly",
            "app_owner",
            "_x1",
            LONGEST_LABEL,
            "publication",
            "users",
            "my_public",
            "xpg_",
        ]) {
            assert.equal(sqlNameFault(name), undefined, name);
        }
        for (const wrong of ["", "1a", "Readonly", "read-only", 'a"b', "a;b", `${LONGEST_LABEL}a`]) {
            assert.match(
                sqlNameFault(wrong) ?? "",
                /^must be 1 to 63 lower-case letters, digits or "_", not starting with a digit/,
            );
        }
    });

    it("is a text", () => {
        assert.match(sqlNameFault(["a"] as unknown as string) ?? "", /^must be 1 to 63 .* is \["a"\];/);
    });

    it("isn't one that PostgreSQL reserves; what is suggested instead is accepted", () => {
        for (const reserved of [
            "postgres",
            "public",
            "pg_monitor",
            "pg_",
            "template0",
            "none",
            "current_user",
            "user",
        ]) {
            const suggestion = /write for example "([^"]+)"/.exec(sqlNameFault(reserved) ?? "")?.[1] ?? "";
            assert.match(sqlNameFault(reserved) ?? "", /^must not be a name that PostgreSQL reserves/);
            assert.equal(sqlNameFault(suggestion), undefined, suggestion);
        }
    });
});

describe("name of a database that is there already", () => {
    it("is accepted as PostgreSQL accepts it in quotes", () => {
        for (const name of ["mydb", "My DB", 'a"b', "1", "ä".repeat(31), LONGEST_LABEL]) {
            assert.equal(databaseFault(name), undefined, name);
        }
    });

    it("is refused when it is none, or cut by the server", () => {
        for (const wrong of ["", "a\0", "ä".repeat(32), `${LONGEST_LABEL}a`, 5 as unknown as string]) {
            const expected = `must be 1 to 63 bytes without NUL, is ${JSON.stringify(wrong)}; write for example "mydb"`;
            assert.equal(databaseFault(wrong), expected);
        }
    });
});
