// Credentials, certificates and the superuser's password made new under a load of short connections, each of which logs in
// anew and verifies the server.
import { strict as assert } from "node:assert";
import type { Stack } from "@pulumi/pulumi/automation";
import { IMAGES } from "../../sandbox/images";
import { followClients, onCluster } from "./support/rotation-client";
import {
    APP,
    adminLogin,
    asLogin,
    currentLogin,
    DATABASE,
    type Login,
    rotationStack,
    settings,
    TENANTS,
} from "./support/rotation-stack";

async function succeed(login: Login, sql: string): Promise<string> {
    const { code, stdout, stderr } = await asLogin(login, sql);
    assert.equal(code, 0, `${login.username}: ${sql}\n${stderr}`);
    return stdout;
}

async function refused(login: Login, sql: string, reason: RegExp): Promise<void> {
    const { code, stdout, stderr } = await asLogin(login, sql);
    assert.notEqual(code, 0, `${login.username}: ${sql}\n${stdout}`);
    assert.match(stderr, reason, sql);
}

async function shutOut(logins: Login[]): Promise<void> {
    for (const login of logins) {
        await refused(login, "SELECT 1", /password authentication failed/);
    }
}

describe("rotation", () => {
    let stack: Stack;

    const roles = () =>
        Promise.all((["readonly", "readwrite", "owner"] as const).map((role) => currentLogin(stack, role)));
    const admin = async () => adminLogin(await currentLogin(stack, "owner"));

    /** Runs an update under load. */
    async function upUnderLoad() {
        const clients = followClients(APP);
        const up = stack.up();
        await up.catch(() => undefined);
        const reports = await clients.stop();
        await up;
        return reports;
    }

    async function noChangeIsLeft(): Promise<void> {
        const { changeSummary } = await stack.preview();
        assert.deepEqual(Object.keys(changeSummary), ["same"]);
    }

    before(async () => {
        stack = await rotationStack();
        // What an earlier run that was cut short has left would begin in the middle.
        await stack.destroy();
        await stack.up();
    });
    after(async () => {
        await stack?.destroy({ remove: true });
    });

    describe("of the roles' credentials", () => {
        let first: Login[];
        let second: Login[];

        it("loses no connection, and moves every client", async () => {
            first = await roles();
            settings.rotation = 1;
            const reports = await upUnderLoad();
            second = await roles();
            assert.deepEqual(
                reports.flatMap(({ lost }) => lost),
                [],
            );
            const by = (user: string) => reports.filter(({ served }) => served.has(user));
            assert.equal(by("readonly").length, 2, "both pods of before");
            assert.equal(by("readonly_b").length, 2, "both pods of after");
            assert.ok(by("readonly").every(({ stopped }) => stopped));
        });

        it("closes the old credentials of every role, and opens new ones", async () => {
            await shutOut(first);
            assert.deepEqual(
                second.map(({ username }) => username),
                ["readonly_b", "readwrite_b", "app_owner_b"],
            );
            for (const login of second) {
                assert.equal(await succeed(login, "SELECT word FROM words"), "hello\n");
            }
        });

        it("ends in a state that changes no more", noChangeIsLeft);

        it("gives the second login the privileges of the role, its limits and its settings, and no more", async () => {
            const [reader, writer] = second as [Login, Login, Login];
            assert.equal(await succeed(reader, "SELECT current_user, session_user"), "readonly|readonly_b\n");
            const shown = ["statement_timeout", "idle_in_transaction_session_timeout", "lock_timeout", "search_path"];
            assert.equal(
                await succeed(reader, shown.map((name) => `SHOW ${name};`).join("")),
                "10min\n15min\n5s\npublic\n",
            );
            const limits = "SELECT rolname, rolconnlimit FROM pg_roles WHERE rolname LIKE 'read%' ORDER BY 1";
            assert.equal(await succeed(reader, limits), "readonly|20\nreadonly_b|20\nreadwrite|20\nreadwrite_b|20\n");
            await refused(reader, "INSERT INTO words VALUES ('x')", /permission denied for table words/);
            await refused(reader, "CREATE TABLE mine (id int)", /permission denied for schema public/);
            for (const role of ["app_owner", "app_owner_b", "readwrite", "readwrite_b", "postgres"]) {
                await refused(reader, `SET ROLE ${role}`, /permission denied to set role/);
                await refused(reader, `RESET ROLE; SET ROLE ${role}`, /permission denied to set role/);
            }
            await refused(reader, "RESET ROLE; SET ROLE NONE; DELETE FROM words", /permission denied for table words/);
            assert.equal(await succeed(writer, "BEGIN; INSERT INTO words VALUES ('x'); ROLLBACK"), "");
        });

        it("keeps tenants apart for the second login, whichever of its roles it takes", async () => {
            const [reader] = second as [Login, Login, Login];
            const mine = `SET app.tenant_id = '${TENANTS[0]}'; SELECT id FROM notes;`;
            for (const role of ["RESET ROLE", "SET ROLE NONE", "SET ROLE readonly"]) {
                assert.equal(await succeed(reader, `${role}; SELECT count(*) FROM notes`), "0\n", role);
                assert.equal(await succeed(reader, `${role}; ${mine}`), "1\n", role);
            }
            assert.equal(await succeed(reader, "SHOW track_activities"), "off\n");
        });

        it("leaves what the second login of the owner makes to the owner, for the reader to read", async () => {
            const [reader, , owner] = second as [Login, Login, Login];
            await succeed(owner, "CREATE TABLE later AS SELECT 'made later' AS word");
            assert.equal(await succeed(reader, "SELECT word FROM later"), "made later\n");
            const table = "SELECT tableowner FROM pg_tables WHERE tablename = 'later'";
            assert.equal(await succeed(owner, table), "app_owner\n");
        });

        it("goes back to the first login at the next, with another password, and ends sessions of the second", async () => {
            const [reader] = second as [Login, Login, Login];
            const session = asLogin(reader, "SELECT pg_sleep(540)", 600);
            settings.rotation = 2;
            const reports = await upUnderLoad();
            assert.deepEqual(
                reports.flatMap(({ lost }) => lost),
                [],
            );
            assert.match((await session).stderr, /terminating connection due to administrator command/);
            const third = await roles();
            assert.deepEqual(
                third.map(({ username }) => username),
                first.map(({ username }) => username),
            );
            for (const login of third) {
                assert.equal(await succeed(login, "SELECT word FROM words"), "hello\n");
            }
            await shutOut([...first, ...second]);
            await noChangeIsLeft();
        });
    });

    describe("of authority and certificate", () => {
        it("meets no client that distrusts the server, before, during or after", async () => {
            const [before] = (await roles()) as [Login, Login, Login];
            settings.certificateRotation = 1;
            const reports = await upUnderLoad();
            const [after] = (await roles()) as [Login, Login, Login];
            // The server restarts: whoever comes meanwhile finds nobody there, or somebody who is starting.
            const lost = reports.flatMap((report) => report.lost);
            assert.doesNotMatch(lost.join("\n"), /certificate|verify|authentication/i);
            assert.notEqual(after.caCertificate, before.caCertificate);
            const { password, username } = after;
            for (const { caCertificate } of [before, after]) {
                assert.equal(await succeed({ username, password, caCertificate }, "SELECT 1"), "1\n");
            }
            const [old = "", now = ""] = certificates(before.caCertificate);
            await refused({ ...after, caCertificate: old }, "SELECT 1", /certificate verify failed/);
            assert.equal(await succeed({ ...after, caCertificate: now }, "SELECT 1"), "1\n");
        });

        it("ends in a state that changes no more", noChangeIsLeft);
    });

    describe("of the superuser's password", () => {
        let before: Login;

        it("changes nothing for the server when its job fails, and goes on with the next update", async () => {
            before = await admin();
            Object.assign(settings, { adminRotation: 1, adminJobImage: IMAGES.pause });
            await assert.rejects(stack.up());
            assert.equal(await succeed(before, "SELECT 1"), "1\n");
            settings.adminJobImage = undefined;
            const reports = await upUnderLoad();
            assert.deepEqual(
                reports.flatMap(({ lost }) => lost),
                [],
            );
            assert.equal(await succeed(await admin(), "SELECT 1"), "1\n");
            await shutOut([before]);
        });

        it("ends in a state that changes no more", noChangeIsLeft);

        it("goes on when the server has the new password already, and Pulumi doesn't know", async () => {
            const jobs = await onCluster("get", "jobs", "-n", DATABASE, "-o", "name");
            const job = jobs.split("\n").find((name) => name.includes("/admin-password-"));
            await onCluster("delete", "-n", DATABASE, String(job));
            await stack.up({ refresh: true, runProgram: true });
            assert.equal(await succeed(await admin(), "SELECT 1"), "1\n");
            await noChangeIsLeft();
        });
    });

    describe("of a stack that begins with rotations behind it", () => {
        it("gives logins that work", async () => {
            await stack.destroy();
            Object.assign(settings, { rotation: 3, adminRotation: 2, certificateRotation: 2 });
            await stack.up();
            for (const login of await roles()) {
                assert.equal(await succeed(login, "SELECT word FROM words"), "hello\n");
            }
            assert.equal(await succeed(await admin(), "SELECT 1"), "1\n");
            await noChangeIsLeft();
        });
    });
});

/** The certificates of a bundle. */
function certificates(bundle: string): string[] {
    return bundle.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----\n/g) ?? [];
}
