import { strict as assert } from "node:assert";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { repositoryFolder } from "../../sandbox/paths";
import { kubectl } from "../e2e/support/kubectl";
import { keepRows, keptRows, sql } from "./server";
import { clear, type SmallStack, smallStack } from "./small-stack";

/** Helm makes Ingresses last; the client's schema admits this one, and the API server refuses it. */
const BROKEN = `
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
    name: broken
spec:
    defaultBackend: { service: { name: broken, port: { number: 70000 } } }
`;

describe("a chart that fails half-way", () => {
    let small: SmallStack;
    let chart: string;
    before(async () => {
        chart = path.join(fs.mkdtempSync(path.join(os.tmpdir(), "bulwark-chart-")), "postgresql");
        fs.cpSync(path.join(repositoryFolder, "sandbox", "charts", "postgresql"), chart, { recursive: true });
        fs.writeFileSync(path.join(chart, "templates", "zz-broken.yaml"), BROKEN);
        small = await smallStack("chart");
        await clear(small);
    });
    after(async () => {
        fs.rmSync(path.dirname(chart), { recursive: true });
        await small.stack.destroy({ remove: true });
    });

    function ofHelm(): Promise<string> {
        const kinds = "statefulsets,pods,services,configmaps,serviceaccounts,poddisruptionbudgets,ingresses";
        return kubectl("get", kinds, "-n", small.database, "-l", "app.kubernetes.io/managed-by=Helm", "-o", "name");
    }

    function records(): Promise<string> {
        const status = "custom-columns=STATUS:.metadata.labels.status";
        return kubectl("get", "secrets", "-n", small.database, "-l", "owner=helm", "-o", status, "--no-headers");
    }

    async function assertConverges(): Promise<void> {
        await small.stack.up();
        const { changeSummary } = await small.stack.preview({ expectNoChanges: true });
        assert.deepEqual(Object.keys(changeSummary), ["same"]);
    }

    it("is rolled back when it was to be installed, and the next good one is installed", async () => {
        small.settings.server = { chart: { chart, timeoutSeconds: 60 } };
        await assert.rejects(small.stack.up(), /Helm release \S+\/pgdb was not installed: .*Ingress.*broken.*invalid/s);
        // The claim of the StatefulSet's pod stays, as with every release: half of the chart was there.
        const claims = await kubectl("get", "pvc", "-n", small.database, "-o", "name");
        assert.match(claims, /data-pgdb-postgresql-0/);
        assert.equal(await ofHelm(), "");
        assert.equal(await records(), "");
        small.settings.server = {};
        await assertConverges();
        await keepRows(small.database);
    });

    it("is rolled back when it was to replace a good one, which goes on with its data and settings", async () => {
        const before = await sql(small.database, "SHOW max_connections");
        small.settings.server = { chart: { chart, timeoutSeconds: 60 }, maxConnections: 60 };
        await assert.rejects(small.stack.up(), /Helm release \S+\/pgdb was not updated from revision 1: .*broken/s);
        await kubectl("rollout", "status", "-n", small.database, "statefulset/pgdb-postgresql", "--timeout=120s");
        assert.equal(await sql(small.database, "SHOW max_connections"), before);
        assert.match(await records(), /deployed\s*$/);
        small.settings.server = { maxConnections: 60 };
        await assertConverges();
        assert.equal(await sql(small.database, "SHOW max_connections"), "60");
        assert.equal(await keptRows(small.database), "100");
    });
});
