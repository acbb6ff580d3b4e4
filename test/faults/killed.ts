// The real program's `up` from nothing, an `up` that changes everything, and `destroy`, each killed at a random moment,
// recovered as docs/operations.md tells, and done again.
import { strict as assert } from "node:assert";
import { setTimeout as sleep } from "node:timers/promises";
import type { EngineEvent, Stack } from "@pulumi/pulumi/automation";
import type { Cluster } from "../../sandbox/cluster";
import type { Overrides } from "../../sandbox/configuration";
import { eventually } from "../e2e/support/eventually";
import { kubectl } from "../e2e/support/kubectl";
import { cluster, open, STACK } from "../e2e/support/stack";
import { COMPONENT, Operation, type Victim } from "./operation";
import { objectsOf, resourcesOf, unknownTo } from "./orphans";
import { pendingOperations, recover } from "./recovery";
import { type Dice, dice, ROUNDS, SEED } from "./seed";
import { adminPassword, keepRows, keptRows, madeInServer, sql, trySql } from "./server";

const PREFIX = `${STACK}-killed`;
const NAMES = { app: `${PREFIX}-app`, database: `${PREFIX}-database`, localPort: 16_390 };

/** Tenants are kept apart by a job, which may be what is killed. */
const SETTINGS: Overrides = {
    database: { rowLevelSecurity: {}, resources: { cpuRequest: "20m", memoryRequest: "128Mi" } },
    workload: { resources: { cpuRequest: "10m" } },
};

/** Labels are on every object: each is updated, the database's pod is restarted, the job runs again. */
const CHANGED: Overrides = { ...SETTINGS, labels: { round: "changed" } };

interface Moment {
    title: string;
    victim: Victim;
    reached(begun: string[]): boolean;
    /** What must have come about in the cluster as well. */
    arrived?(): Promise<void>;
    /** Milliseconds after that. */
    later: number;
    /** What the recovery must have found half made. */
    halfMade?: RegExp;
}

const RELEASE = "kubernetes:helm.sh/v3:Release";

/** The first rounds go where it hurts most; all others anywhere. */
function momentOfUp(round: number, chance: Dice, steps: number): Moment {
    const begun = chance.whole(1, steps - 5);
    const made = chance.whole(1, 8);
    const anywhere = { title: `step ${begun} of ${steps}`, reached: (all: string[]) => all.length >= begun };
    const inHelm = {
        title: "helm installing the database",
        reached: (all: string[]) => all.includes(RELEASE),
        arrived: () => eventually(async () => assert.match(await helmRecords(), /pending-install/)),
        halfMade: /helm's record of the release pgdb/,
    };
    const inDeployment = {
        title: "the application's pods starting",
        reached: (all: string[]) => all.includes("kubernetes:apps/v1:Deployment"),
        arrived: () => eventually(async () => assert.match(await deployments(), /deployment/)),
        halfMade: /the Deployment secure-app/,
    };
    const inDatabase = {
        title: `step ${made} in the database`,
        reached: (all: string[]) => all.filter((type) => type.startsWith("postgresql:")).length >= made,
    };
    const chosen: Omit<Moment, "later">[] = [
        { ...inHelm, victim: "everything" },
        { ...inDeployment, victim: "everything" },
        { ...inHelm, victim: "the engine" },
        { ...inDatabase, victim: "everything" },
        { ...anywhere, victim: "the program" },
    ];
    const later = chance.whole(0, 1000);
    return { ...(chosen[round] ?? { ...anywhere, victim: randomVictim(chance) }), later };
}

/** Names and states of the database's releases, as helm has them. */
function helmRecords(): Promise<string> {
    const columns = "custom-columns=NAME:.metadata.name,STATUS:.metadata.labels.status";
    return kubectl("get", "secrets", "-n", NAMES.database, "-l", "owner=helm", "-o", columns);
}

function deployments(): Promise<string> {
    return kubectl("get", "deployments", "-n", NAMES.app, "-o", "name");
}

function randomVictim(chance: Dice): Victim {
    return chance.one(["everything", "the engine", "the program"]);
}

describe(`an update that is killed (FAULTS_SEED=${SEED}, FAULTS_ROUNDS=${ROUNDS})`, () => {
    let node: Cluster;
    let stack: Stack;
    /** How many steps an `up` from nothing has. */
    let steps = 0;

    before(async () => {
        node = await cluster();
        stack = await opened(SETTINGS);
        await recover(stack, node); // what an earlier run that was cut short has left
        await stack.destroy();
        await eventually(async () => assert.deepEqual(await objectsOf(PREFIX), []));
        const onEvent = ({ resourcePreEvent }: EngineEvent) => {
            steps += COMPONENT.test(resourcePreEvent?.metadata.type ?? "pulumi:") ? 0 : 1;
        };
        await stack.preview({ onEvent });
        assert.ok(steps > 50);
    });
    after(async () => {
        await recover(stack, node);
        await stack.destroy({ remove: true });
    });

    function opened(settings: Overrides): Promise<Stack> {
        return open(node, PREFIX, NAMES, settings);
    }

    /** Begins, kills at the moment, and shows that the fault has hit. */
    async function killed(command: "up" | "destroy", moment: Moment): Promise<void> {
        const operation = await Operation.begin(command, stack, node);
        await operation.until(moment.reached);
        await moment.arrived?.();
        await sleep(moment.later);
        const died = await operation.kill(moment.victim);
        assert.notEqual(operation.code, 0);
        if (moment.victim === "the program") {
            assert.ok(!operation.wasKilled());
            return;
        }
        assert.ok(operation.wasKilled());
        // Engine, program, and at least one provider.
        assert.ok(moment.victim === "the engine" || died >= 3, `${died} processes`);
        await assert.rejects(stack.refresh(), /currently locked by 1 lock/);
    }

    /** As docs/operations.md tells, by whether the engine died. */
    async function recovered({ victim, halfMade = /./ }: Moment): Promise<void> {
        if (victim !== "the program") {
            const pending = await pendingOperations(stack);
            const said = await recover(stack, node);
            assert.match(said, halfMade);
            process.stdout.write(`${`${pending} operations were pending\n${said}`.replace(/^(?=.)/gm, "        ")}\n`);
        }
    }

    /** One more `up` makes all well: nothing is left to change, by the state and by the world, and nothing is there twice. */
    async function assertConverges(): Promise<void> {
        await stack.up({ refresh: true, runProgram: true });
        assert.deepEqual(Object.keys((await stack.preview({ expectNoChanges: true })).changeSummary), ["same"]);
        const real = await stack.preview({ refresh: true, runProgram: true, expectNoChanges: true });
        assert.deepEqual(Object.keys(real.changeSummary), ["same"]);
        assert.deepEqual(await unknownTo(stack, PREFIX), []);
        assert.deepEqual(await madeInServer(NAMES.database), ["app_owner", "mydb", "readonly"]);
        assert.equal(await pendingOperations(stack), 0);
    }

    for (let round = 0; round < ROUNDS; round++) {
        describe(`round ${round + 1}`, () => {
            const chance = dice(`killed ${round}`);
            /** The superuser's password, once data depend on it. */
            let password: string | undefined;

            it("converges after an `up` from nothing", async () => {
                const moment = momentOfUp(round, chance, steps);
                process.stdout.write(`      ${moment.victim} dies at ${moment.title}, ${moment.later} ms later\n`);
                await killed("up", moment);
                const made = (await resourcesOf(stack)).filter(({ type }) => !COMPONENT.test(type));
                // A program that dies late has told the engine everything, which makes it; the update fails all the same.
                assert.ok(moment.victim === "the program" || made.length < steps, "all was made already");
                const early = await trySql(NAMES.database, "CREATE TABLE early AS SELECT 1 AS id", "postgres");
                password = early.code === 0 ? await adminPassword(NAMES.database) : undefined;
                await recovered(moment);
                await assertConverges();
                if (password !== undefined) {
                    assert.equal(await sql(NAMES.database, "SELECT id FROM early", "postgres"), "1");
                    assert.equal(await adminPassword(NAMES.database), password);
                }
                password = await adminPassword(NAMES.database);
                await keepRows(NAMES.database);
            });

            it("loses nothing in an `up` that changes everything", async () => {
                const begun = chance.whole(1, 50); // of some 58
                const moment: Moment = {
                    title: `step ${begun}`,
                    victim: randomVictim(chance),
                    reached: (all) => all.length >= begun,
                    later: chance.whole(0, 1500),
                };
                process.stdout.write(`      ${moment.victim} dies at ${moment.title}, ${moment.later} ms later\n`);
                stack = await opened(CHANGED);
                await killed("up", moment);
                await recovered(moment);
                await assertConverges();
                assert.equal(await keptRows(NAMES.database), "100");
                assert.equal(await adminPassword(NAMES.database), password);
            });

            it("leaves nothing after a `destroy`", async () => {
                const begun = chance.whole(1, 50);
                const moment: Moment = {
                    title: `step ${begun}`,
                    // Destroying runs no program.
                    victim: chance.one(["everything", "the engine"]),
                    reached: (all) => all.length >= begun,
                    later: chance.whole(0, 1500),
                };
                process.stdout.write(`      ${moment.victim} dies at ${moment.title}, ${moment.later} ms later\n`);
                await killed("destroy", moment);
                assert.ok((await resourcesOf(stack)).length > 0, "all was gone already");
                await recovered(moment);
                await stack.destroy();
                // Volumes go a moment after their claims.
                await eventually(async () => assert.deepEqual(await objectsOf(PREFIX), []));
                assert.deepEqual(await resourcesOf(stack), []);
                stack = await opened(SETTINGS);
            });
        });
    }
});
