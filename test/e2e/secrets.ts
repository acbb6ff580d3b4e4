import { strict as assert } from "node:assert";
import * as fs from "node:fs";
import * as path from "node:path";
import { gunzipSync } from "node:zlib";
import { stateFolder } from "../../sandbox/paths";
import { get, kubectl, secretValues } from "./support/kubectl";
import { NAMES, running, STACK } from "./support/stack";

interface ListOfSecrets {
    items: { metadata: { name: string }; data: Record<string, string> }[];
}

describe("secrets", () => {
    /** What must not be found, by what it is. */
    let secrets: Record<string, string>;
    before(async () => {
        const [admin, owner, reader, certificate] = await Promise.all([
            secretValues(NAMES.database, "pgdb-postgresql-admin"),
            secretValues(NAMES.database, "mydb-owner"),
            secretValues(NAMES.app, "app-db-creds"),
            secretValues(NAMES.database, "pgdb-postgresql-certificate"),
        ]);
        secrets = {
            "superuser's password": admin["postgres-password"] ?? "",
            "owner's password": owner.password ?? "",
            "reader's password": reader.password ?? "",
            // A line from the middle: JSON writes the line breaks another way.
            "server's key": certificate["tls.key"]?.split("\n")[1] ?? "",
        };
        for (const [what, value] of Object.entries(secrets)) {
            assert.ok(value.length >= 32, what);
        }
    });

    function assertAbsent(where: string, text: string): void {
        for (const [what, value] of Object.entries(secrets)) {
            assert.ok(!text.includes(value), `${what} is in ${where}`);
            assert.ok(
                !text.includes(Buffer.from(value).toString("base64").slice(0, 40)),
                `${what} is in ${where} as base64`,
            );
        }
    }

    it("are in no state file", () => {
        const files = stateFiles();
        assert.ok(files.length > 2);
        for (const file of files) {
            assertAbsent(file, fs.readFileSync(file, "utf8"));
        }
    });

    it("are nowhere in what the engine said, nor in the outputs", async () => {
        const { said, outputs } = await running();
        assert.ok(said.join("").includes("Resources:"));
        assertAbsent("the engine's output", said.join(""));
        assertAbsent("the stack's outputs", JSON.stringify(outputs));
    });

    it("are in no Helm release", async () => {
        const { items } = await get<ListOfSecrets>("secrets", "-n", NAMES.database, "-l", "owner=helm");
        assert.ok(items.length > 0);
        for (const { metadata, data } of items) {
            const packed = Buffer.from(Buffer.from(data.release ?? "", "base64").toString("utf8"), "base64");
            assertAbsent(metadata.name, gunzipSync(packed).toString("utf8"));
        }
    });

    it("are in no pod, event or log", async () => {
        for (const namespace of [NAMES.app, NAMES.database]) {
            assertAbsent(
                `pods of ${namespace}`,
                await kubectl("get", "pods,deploy,sts,cm", "-n", namespace, "-o", "yaml"),
            );
            assertAbsent(`events of ${namespace}`, await kubectl("get", "events", "-n", namespace, "-o", "yaml"));
        }
        assertAbsent("the database's log", await kubectl("logs", "-n", NAMES.database, "pgdb-postgresql-0"));
        assertAbsent("the app's log", await kubectl("logs", "-n", NAMES.app, "deploy/secure-app"));
    });
});

/** The state of this stack with its history and backups: what is beside it comes and goes with other stacks. */
function stateFiles(): string[] {
    const root = path.join(stateFolder, "pulumi-state", ".pulumi");
    return fs
        .readdirSync(root)
        .map((kind) => path.join(root, kind, "bulwark"))
        .filter((folder) => fs.existsSync(folder))
        .flatMap((folder) => fs.readdirSync(folder).map((name) => path.join(folder, name)))
        .filter((file) => path.basename(file).replace(/\.json.*/, "") === STACK)
        .flatMap((file) =>
            fs.statSync(file).isFile() ? [file] : fs.readdirSync(file).map((name) => path.join(file, name)),
        );
}
