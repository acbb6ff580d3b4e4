import { strict as assert } from "node:assert";
import { libraryFault, serverConfiguration } from "../../../components/database/server-configuration";

const input = {
    minimumTlsVersion: "TLSv1.3",
    memoryRequest: 512 * 2 ** 20,
    storageSize: 8 * 2 ** 30,
    auditStatements: true,
};

function settings(changes: Partial<typeof input> & { maxConnections?: number } = {}): Record<string, string> {
    const lines = serverConfiguration({ ...input, ...changes })
        .trim()
        .split("\n");
    return Object.fromEntries(lines.map((line) => line.split(" = ") as [string, string]));
}

describe("the server's configuration", () => {
    it("stores passwords as SCRAM verifiers and speaks the TLS that it is told", () => {
        assert.equal(settings().password_encryption, "'scram-sha-256'");
        assert.equal(settings().ssl_min_protocol_version, "'TLSv1.3'");
        assert.equal(settings({ minimumTlsVersion: "TLSv1.2" }).ssl_min_protocol_version, "'TLSv1.2'");
    });

    it("lets the server itself log no statement, in whatever way", () => {
        const { log_statement, log_min_duration_statement, log_min_error_statement, log_error_verbosity } = settings();
        assert.deepEqual(
            [log_statement, log_min_duration_statement, log_min_error_statement, log_error_verbosity],
            ["'none'", "-1", "'panic'", "'terse'"],
        );
    });

    it("lets the audit log leave out statements, and always their parameters", () => {
        assert.equal(settings()["pgaudit.log_statement"], "'on'");
        assert.equal(settings({ auditStatements: false })["pgaudit.log_statement"], "'off'");
        assert.equal(settings()["pgaudit.log_parameter"], "'off'");
    });

    it("leaves to the chart's own values what those set: the chart's come last and would win", () => {
        const ofTheChart = ["shared_preload_libraries", "log_connections", "log_disconnections", "log_line_prefix"];
        const more = ["log_hostname", "log_timezone", "client_min_messages", "pgaudit.log", "pgaudit.log_catalog"];
        assert.deepEqual(
            [...ofTheChart, ...more].filter((name) => name in settings()),
            [],
        );
    });

    it("has the sizes that go with the resources", () => {
        const { max_connections, shared_buffers, work_mem, temp_file_limit } = settings();
        assert.deepEqual(
            [max_connections, shared_buffers, work_mem, temp_file_limit],
            ["100", "'131072kB'", "'3932kB'", "'1048576kB'"],
        );
        assert.equal(settings({ maxConnections: 40 }).max_connections, "40");
        assert.equal(settings({ storageSize: 2 ** 50 }).temp_file_limit, "'2147483647kB'");
    });

    it("keeps connections for the superuser, of any number that is allowed", () => {
        assert.ok(Number(settings({ maxConnections: 20 }).superuser_reserved_connections) < 20);
    });
});

describe("the name of a library", () => {
    it("is one word without quotes", () => {
        for (const name of ["pgaudit", "$libdir/pg_stat_statements", "a.b-c", "x"]) {
            assert.equal(libraryFault(name), undefined, name);
        }
        for (const wrong of ["", "a,b", "a b", "-a", "/a", "a'", "a\n", "ä"]) {
            assert.equal(
                libraryFault(wrong),
                `must be the name of a library, is ${JSON.stringify(wrong)}; write for example "pg_stat_statements"`,
            );
        }
    });
});
