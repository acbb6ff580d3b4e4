import { strict as assert } from "node:assert";
import { inPod, kubectl, secretValues } from "./support/kubectl";
import { changesOfUp, NAMES, open, type Running, running, STACK } from "./support/stack";

describe("the life of a stack", () => {
    let env: Running;
    before(async () => {
        env = await running();
    });

    it("begins with one `up` from nothing", () => {
        const { kind, result, resourceChanges } = env.firstUp.summary;
        assert.equal(`${kind} ${result}`, "update succeeded");
        assert.deepEqual(Object.keys(resourceChanges ?? {}), ["create"]);
        assert.equal(env.outputs.url?.value, "https://app.dev.example.com/");
        assert.equal(env.outputs.namespace?.value, NAMES.app);
    });

    it("warns of nothing", () => {
        assert.doesNotMatch(env.said.join(""), /^ *warning:/m);
    });

    it("shows no change in the next preview", async () => {
        const { changeSummary } = await env.stack.preview({ expectNoChanges: true });
        assert.deepEqual(Object.keys(changeSummary), ["same"]);
    });

    it("shows no change in a preview that compares with the real world", async () => {
        const { changeSummary } = await env.stack.preview({ refresh: true, runProgram: true, expectNoChanges: true });
        assert.deepEqual(Object.keys(changeSummary), ["same"]);
    });

    it("finds nothing to correct in a refresh", async () => {
        const { summary } = await env.stack.refresh({ runProgram: true });
        assert.equal(summary.result, "succeeded");
        assert.deepEqual(Object.keys(summary.resourceChanges ?? {}), ["same"]);
    });

    it("sees what somebody changed by hand, and puts it back", async () => {
        await kubectl("delete", "networkpolicy", "-n", NAMES.app, "default-deny");
        const refreshed = await env.stack.refresh({ runProgram: true });
        assert.equal(refreshed.summary.resourceChanges?.delete, 1);
        assert.deepEqual(await changesOfUp(env.stack), ["create bulwark-app-default-deny"]);
    });

    it("changes with a setting only what the setting is about", async () => {
        const changed = await open(env.cluster, STACK, NAMES, { database: { access: { statementTimeout: "5min" } } });
        assert.deepEqual(await changesOfUp(changed), ["update bulwark-access-readonly"]);
        const { password } = await secretValues(NAMES.app, "app-db-creds");
        const shown = await inPod(
            NAMES.database,
            "pgdb-postgresql-0",
            [
                "sh",
                "-c",
                "read -r PGPASSWORD; export PGPASSWORD; psql -h 127.0.0.1 -U readonly mydb -Atc 'show statement_timeout'",
            ],
            `${password}\n`,
        );
        assert.equal(shown.stdout.trim(), "5min");
        const back = await open(env.cluster, STACK, NAMES);
        assert.deepEqual(await changesOfUp(back), ["update bulwark-access-readonly"]);
    });

    it("survives a restart of the database with its data, and works through it", async () => {
        await kubectl("delete", "pod", "-n", NAMES.database, "pgdb-postgresql-0", "--wait=false");
        const { summary } = await env.stack.refresh({ runProgram: true });
        assert.equal(summary.result, "succeeded");
        await kubectl("wait", "-n", NAMES.database, "--for=condition=Ready", "pod/pgdb-postgresql-0", "--timeout=120s");
        assert.deepEqual(Object.keys((await env.stack.preview({ expectNoChanges: true })).changeSummary), ["same"]);
    });
});
