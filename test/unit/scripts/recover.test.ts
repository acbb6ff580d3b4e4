import { strict as assert } from "node:assert";
import { type Deployment, leftovers, outOfReach, type StateResource } from "../../../scripts/recover-leftovers";

const RELEASE: StateResource = {
    urn: "urn:pulumi:dev::bulwark::kubernetes:helm.sh/v3:Release::database-release",
    type: "kubernetes:helm.sh/v3:Release",
    inputs: { name: "pgdb", namespace: "database" },
};

const SECRET: StateResource = {
    urn: "urn:pulumi:dev::bulwark::kubernetes:core/v1:Secret::admin",
    type: "kubernetes:core/v1:Secret",
    inputs: {
        apiVersion: "v1",
        kind: "Secret",
        metadata: { name: "admin", namespace: "database", labels: { "app.kubernetes.io/part-of": "bulwark", a: "b" } },
    },
};

function database(type: "role:Role" | "database:Database", name: string): StateResource {
    const token = `postgresql:index/${type}`;
    return { urn: `urn:${token}::${name}`, type: token, inputs: { name }, deletedWith: RELEASE.urn };
}

/** A state in which the update died while it was making these. */
function killed(creating: StateResource[], resources: StateResource[] = []): Deployment {
    return { resources, pending_operations: creating.map((resource) => ({ resource, type: "creating" })) };
}

function titles(deployment: Deployment): string[] {
    return leftovers(deployment).map(({ title }) => title);
}

describe("what a killed update may have left behind", () => {
    it("is nothing where nothing was under way", () => {
        assert.deepEqual(leftovers({}), []);
        assert.deepEqual(leftovers({ resources: [SECRET] }), []);
    });

    it("is the object that was being made, with the labels that it was given", () => {
        const [found] = leftovers(killed([SECRET]));
        const selection = ["-n", "database", "--field-selector", "metadata.name=admin"];
        const labels = ["-l", "app.kubernetes.io/part-of=bulwark,a=b"];
        assert.equal(found?.title, "the Secret admin in database");
        assert.deepEqual(found.find, ["get", "secret", ...selection, ...labels, "-o", "name"]);
        assert.deepEqual(found.remove, ["delete", "secret", ...selection, ...labels, "--cascade=foreground"]);
    });

    it("has the group of its kind, and no namespace where there is none", () => {
        const type = "kubernetes:rbac.authorization.k8s.io/v1:ClusterRole";
        const inputs = {
            apiVersion: "rbac.authorization.k8s.io/v1",
            kind: "ClusterRole",
            metadata: { name: "reader" },
        };
        const [found] = leftovers(killed([{ urn: "urn:reader", type, inputs }]));
        assert.deepEqual(found?.find.slice(0, 4), [
            "get",
            "clusterrole.rbac.authorization.k8s.io",
            "--field-selector",
            "metadata.name=reader",
        ]);
    });

    it("isn't what stands in the state, however it came there", () => {
        assert.deepEqual(titles(killed([SECRET], [SECRET])), []);
        assert.deepEqual(titles(killed([SECRET], [{ ...SECRET, urn: "urn:renamed" }])), []);
    });

    it("isn't spared for a namesake in another server", () => {
        const namesake = { ...database("role:Role", "readonly"), deletedWith: "urn:other" };
        const found = titles(killed([database("role:Role", "readonly")], [RELEASE, namesake]));
        assert.equal(found.at(-1), "the role readonly in database/pgdb-postgresql-0");
    });

    it("is the replacement of what has gone", () => {
        const gone = { ...SECRET, pendingReplacement: true };
        assert.deepEqual(titles(killed([SECRET], [gone])), ["the Secret admin in database"]);
    });

    it("isn't what was being changed or deleted, nor what patches and keeps nothing of its own", () => {
        const resource = SECRET;
        for (const type of ["updating", "deleting", "reading"]) {
            assert.deepEqual(leftovers({ pending_operations: [{ resource, type }] }), []);
        }
        const patch = { ...SECRET, type: "kubernetes:core/v1:ServiceAccountPatch" };
        const password = { urn: "urn:password", type: "random:index/randomPassword:RandomPassword", inputs: {} };
        assert.deepEqual(leftovers(killed([patch, password])), []);
    });

    it("is every record of a release that was being installed, and of another one that which blocks it", () => {
        const selectors = (deployment: Deployment) => leftovers(deployment).map(({ find }) => find[5]);
        assert.deepEqual(selectors(killed([RELEASE])), ["owner=helm,name=pgdb"]);
        assert.deepEqual(selectors(killed([], [RELEASE])), [
            "owner=helm,name=pgdb,status in (pending-install,pending-upgrade,pending-rollback)",
        ]);
    });

    it("is the role, in the pod of its server", () => {
        const found = leftovers(killed([database("role:Role", 'o"ne')], [RELEASE])).at(-1);
        assert.equal(found?.title, 'the role o"ne in database/pgdb-postgresql-0');
        assert.deepEqual(found.find.slice(0, 5), ["exec", "-i", "-n", "database", "pgdb-postgresql-0"]);
        assert.equal(found.input?.find, "SELECT rolname FROM pg_roles WHERE rolname = 'o\"ne';\n");
        assert.equal(found.input?.remove, 'DROP ROLE "o""ne";\n');
    });

    it("is the database as long as it has no tables", () => {
        const { input } = leftovers(killed([database("database:Database", "mydb")], [RELEASE])).at(-1) ?? {};
        assert.match(
            input?.remove ?? "",
            /^\\connect "mydb"\nDO .*RAISE .*\\connect postgres\nDROP DATABASE "mydb";\n$/s,
        );
    });

    it("can't be looked for in a server that isn't in the state", () => {
        const elsewhere = killed([database("role:Role", "readonly")]);
        assert.deepEqual(leftovers(elsewhere), []);
        assert.deepEqual(outOfReach(elsewhere), ["the role readonly"]);
        assert.deepEqual(outOfReach(killed([database("role:Role", "readonly")], [RELEASE])), []);
    });
});
