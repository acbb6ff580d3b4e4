import { strict as assert } from "node:assert";
import { execFileSync } from "node:child_process";
import { ATTACKERS, fullName, LAYERS, stopped, Unproven } from "../../../verify/probe";
import { PROBES } from "../../../verify/probes";
import { withoutVersion } from "../../../verify/probes/cluster/admission";
import { judge as judgeConnections } from "../../../verify/probes/cluster/closed";
import { megabytes } from "../../../verify/probes/container/files";
import { judge, readAttempts, TRY } from "../../../verify/probes/container/in-twin";

describe("the probes", () => {
    it("have names of their own, and say all that a reader needs", () => {
        const names = PROBES.map(fullName);
        assert.equal(new Set(names).size, names.length);
        for (const { name, layer, attackers, attack, gain, expected, ifOff } of PROBES) {
            assert.match(name, /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/);
            assert.ok(LAYERS.includes(layer), name);
            assert.ok(
                attackers.every((each) => ATTACKERS.includes(each)) && new Set(attackers).size === attackers.length,
            );
            for (const text of [attack, gain, expected, ifOff]) {
                assert.ok(text.length > 3 && text.length < 200 && !/\.$|undefined/.test(text), `${name}: ${text}`);
            }
        }
    });
});

describe("an attack of several attempts", () => {
    const failed = { what: "a", worked: false, seen: "refused" };
    const worked = { what: "b", worked: true, seen: "done" };

    it("is stopped when all of them failed", () => {
        assert.deepEqual(stopped([failed]), { verdict: "held", evidence: "a: refused" });
    });

    it("got through when one worked, and names that one", () => {
        assert.deepEqual(stopped([failed, worked]), { verdict: "through", evidence: "b: done" });
    });

    it("proves nothing when nothing was tried", () => {
        assert.equal(stopped([]).verdict, "unproven");
    });
});

describe("attempts of a script", () => {
    it("are read line by line, whatever else it says", () => {
        assert.deepEqual(readAttempts("noise\na|worked|x|y \nb|failed|\nc|other|z\n"), [
            { what: "a", worked: true, seen: "x|y" },
            { what: "b", worked: false, seen: "failed" },
        ]);
    });

    it("are printed by `try`, with the message of what failed in one line", () => {
        const script = `${TRY}\ntry "says" echo hello\ntry "fails" sh -c 'echo one >&2; echo two >&2; exit 3'`;
        assert.deepEqual(readAttempts(execFileSync("sh", { input: script, encoding: "utf8" })), [
            { what: "says", worked: true, seen: "hello" },
            { what: "fails", worked: false, seen: "one two" },
        ]);
    });

    const inside = [{ what: "write", worked: false, seen: "Read-only file system" }];

    it("are stopped only if an ordinary pod could do it", () => {
        const ordinary = [{ what: "write", worked: true, seen: "" }];
        assert.equal(judge(inside, ordinary).verdict, "held");
        assert.equal(judge(inside, inside).verdict, "unproven");
        assert.equal(judge(inside, []).verdict, "unproven");
    });

    it("got through when they work, whatever the control says", () => {
        assert.equal(judge([{ what: "write", worked: true, seen: "" }], []).verdict, "through");
    });

    it("prove nothing when the script said nothing", () => {
        assert.equal(judge([], []).verdict, "unproven");
    });
});

describe("connections", () => {
    const endpoints = [
        { host: "10.0.0.1", port: 80 },
        { host: "10.0.0.2", port: 80 },
    ];

    it("are stopped however a network closes them", () => {
        assert.equal(judgeConnections(endpoints, ["refused", "timeout"]).verdict, "held");
    });

    it("got through when one is open", () => {
        const outcome = judgeConnections(endpoints, ["no-tool", "open"]);
        assert.deepEqual(outcome, { verdict: "through", evidence: "10.0.0.2:80: open" });
    });

    it("prove nothing without a tool or a name", () => {
        assert.throws(() => judgeConnections(endpoints, ["refused", "no-tool"]), Unproven);
        assert.throws(() => judgeConnections(endpoints, ["no-such-host", "refused"]), Unproven);
    });
});

describe("small functions of the probes", () => {
    it("turn an image into its latest one", () => {
        assert.equal(withoutVersion("host:5000/a/app:1.0"), "host:5000/a/app:latest");
        assert.equal(withoutVersion(`host/app:1@sha256:${"0".repeat(64)}`), "host/app:latest");
        assert.equal(withoutVersion("host:5000/app"), "host:5000/app:latest");
    });

    it("read sizes in MiB", () => {
        assert.equal(megabytes("64Mi"), 64);
        assert.equal(megabytes("1Gi"), 1024);
        assert.equal(megabytes("1G"), 954);
        assert.equal(megabytes("1048576"), 1);
        assert.equal(megabytes("much"), undefined);
        assert.equal(megabytes(""), undefined);
    });
});
